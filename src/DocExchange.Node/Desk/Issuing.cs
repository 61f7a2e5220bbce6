using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using Microsoft.Extensions.Options;

namespace DocExchange.Node.Desk;

/// <summary>What issuers have put under a manifest so far: their CMS, empty while nobody has signed, and their seals.</summary>
internal sealed record Issued(ReadOnlyMemory<byte> Signature, IReadOnlyList<ReadOnlyMemory<byte>> Seals)
{
    public static readonly Issued Nothing = new(default, []);
}

/// <summary>Signs and seals a manifest for an issuer whose keys are here. Safe for concurrent use.</summary>
internal sealed class Issuing(KeyRing keys, DirectoryCopy directories, IOptions<DeskOptions> options, TimeProvider time)
{
    /// <summary>Asked where one person signs and seals in one step.</summary>
    /// <exception cref="RefusedException">It is to be sealed, and a seal takes two persons here.</exception>
    public void RequireOnePersonMay(bool isSealed)
    {
        if (isSealed && options.Value.TwoPersonSealing)
        {
            throw new RefusedException(
                Refusal.PermissionDenied,
                "本节点规定用印须经两名印章管理员批准（Desk:TwoPersonSealing），请在收发台拟发并送用印，或用 docex draft 和 docex sealing。",
                "A seal takes two seal keepers at this node (Desk:TwoPersonSealing). Draft the document and have it sealed at the desk, or by docex draft and docex sealing.");
        }
    }

    /// <summary>Asked before long work begins.</summary>
    /// <exception cref="RefusedException">The key or the seal is not here, the key is bound no longer, or the seal is not in force.</exception>
    public void RequireMeans(PartyId issuer, bool isSealed)
    {
        RequireBound(issuer);
        if (isSealed)
        {
            _ = SealInForceOf(issuer);
        }
    }

    /// <exception cref="RefusedException">
    /// The key is not here, or the newest directory here says that its certificate has ended or is another's: the hub would reject what
    /// it signs. One that the directory does not know yet may have been renewed while the hub was away, and signs.
    /// </exception>
    public void RequireBound(PartyId office)
    {
        var (certificate, directory, now) = (keys.SigningKeyOf(office).Certificate, directories.Newest(), time.GetUtcNow());
        var bound = directory.Find(office)?.Certificates.LastOrDefault(each => each.Use == CertificateUse.Document && each.Certificate.Fingerprint == certificate.Fingerprint);
        var holder = directory.HolderOf(certificate.Fingerprint, CertificateUse.Document, now);
        if (bound?.Period.Until <= now || (holder is not null && holder != office))
        {
            throw new RefusedException(
                Refusal.NotBound,
                $"本节点 {office} 的签名证书（{certificate.SerialNumber}）在机构目录第 {directory.Version} 版中已停用，发出的公文会被中心拒收。请系统管理员为本节点换发密钥。",
                $"The certificate that this node signs with for {office} ({certificate.SerialNumber}) has ended by directory version {directory.Version}: the hub would reject the document. Have the node's keys renewed.");
        }
    }

    /// <returns>A signature that has one more signer; those there before stay as they are.</returns>
    public async Task<Issued> SignAsync(byte[] manifest, Issued before, PartyId issuer, CancellationToken cancellation)
    {
        var key = keys.SigningKeyOf(issuer);
        return before with
        {
            Signature = before.Signature.IsEmpty
                ? await CmsSigner.SignAsync(manifest, key, time.GetUtcNow(), CmsForm.Detached, cancellation)
                : await CmsSigner.AddSignerAsync(before.Signature, ContentDigests.Of(manifest), key, time.GetUtcNow(), cancellation),
        };
    }

    /// <exception cref="RefusedException">The seal is stopped, has expired, or is none of the directory's.</exception>
    public async Task<Issued> SealAsync(byte[] manifest, Issued before, PartyId issuer, CancellationToken cancellation)
    {
        var (key, seal) = SealInForceOf(issuer);
        var applied = await SealApplication.ApplyAsync(seal, key, manifest, PackageManifest.Path, time.GetUtcNow(), cancellation);
        return before with { Seals = [.. before.Seals, applied] };
    }

    private (Trust.Keys.ISigningKey Key, Seal Seal) SealInForceOf(PartyId issuer)
    {
        var (key, seal) = keys.SealOf(issuer);
        var (directory, now) = (directories.Newest(), time.GetUtcNow());
        var listed = directory.Find(issuer)?.Seals.FirstOrDefault(known => known.Seal == seal.Fingerprint);
        if (listed is { IsStopped: true })
        {
            throw new RefusedException(
                Refusal.Revoked,
                $"印章“{seal}”已停用（机构目录第 {directory.Version} 版），不能盖章。请申领新印章。",
                $"The seal {seal} is stopped (directory version {directory.Version}) and may not be applied. Have a new one made.");
        }

        return listed is not null && listed.Period.Contains(now) && directory.HolderOf(key.Certificate.Fingerprint, CertificateUse.Seal, now) == issuer
            ? (key, seal)
            : throw new RefusedException(
                Refusal.NotBound,
                $"印章“{seal}”不在 {issuer} 的有效印章之列（机构目录第 {directory.Version} 版），不能盖章。请联系印章管理员。",
                $"The seal {seal} is none of the seals of {issuer} in force (directory version {directory.Version}) and may not be applied. Ask the seal administrator.");
    }
}
