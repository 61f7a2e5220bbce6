using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using Grpc.Core;

namespace DocExchange.Node.HubLink;

/// <summary>Whether the peer of a TLS connection is the hub: name, validity and a path to the pinned root, and to no other.</summary>
internal static class HubTrust
{
    /// <summary>What the server sends of its chain counts as hints. Who is refused, and why, is thrown as a <see cref="LinkFaultException"/>.</summary>
    public static RemoteCertificateValidationCallback ByAuthorities(IReadOnlyList<Certificate> authorities, Digest root) => (_, certificate, sent, errors) =>
    {
        if (certificate is not X509Certificate2 peer)
        {
            throw new LinkFaultException("对方没有出示证书，不是中心。", "The other side shows no certificate: it is not the hub.");
        }

        if ((errors & (SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable)) != 0)
        {
            throw new LinkFaultException(
                $"对方出示的证书（{peer.Subject}）不是以中心的名称签发的，连接的可能不是中心。请核对中心地址，并联系中心管理员。",
                $"The certificate of the other side ({peer.Subject}) does not carry the hub's name: this may not be the hub. Check the hub's address and call its administrator.");
        }

        RequirePath(peer, [.. authorities.Select(Load).OfType<X509Certificate2>()], sent?.ChainPolicy.ExtraStore ?? [], root);
        return true;
    };

    /// <summary>Why the other side was refused; null where the call failed for another reason.</summary>
    public static LinkFaultException? RefusalIn(RpcException failure)
    {
        for (var cause = failure.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is LinkFaultException refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static void RequirePath(X509Certificate2 peer, IReadOnlyList<X509Certificate2> known, X509Certificate2Collection hints, Digest root)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(known.Where(candidate => Digest.Of(candidate.RawDataMemory.Span) == root).ToArray());
        chain.ChainPolicy.ExtraStore.AddRange(known.ToArray());
        chain.ChainPolicy.ExtraStore.AddRange(hints);
        chain.ChainPolicy.DisableCertificateDownloads = true;

        // The hub's own certificate is replaced, not revoked in secret: the list comes over this very connection.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        if (chain.ChainPolicy.CustomTrustStore.Count > 0 && chain.Build(peer))
        {
            return;
        }

        // Only where nothing else is wrong: a stranger's certificate is not to be mended by setting a clock.
        var wrong = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, each) => all | each.Status);
        var now = TimeProvider.System.GetLocalNow().DateTime;
        var untimely = chain.ChainElements.Select(element => element.Certificate).FirstOrDefault(each => now < each.NotBefore || now > each.NotAfter);
        throw wrong == X509ChainStatusFlags.NotTimeValid && untimely is not null ? Untimely(untimely, now) : new LinkFaultException(
            $"对方出示的证书（{peer.Subject}）不在约定的根证书之下，连接的可能不是中心。请立即联系安全保密管理员。",
            $"The certificate of the other side ({peer.Subject}) is not below the agreed root: this may not be the hub. Call the security administrator at once.");
    }

    private static LinkFaultException Untimely(X509Certificate2 certificate, DateTime here)
    {
        var (first, last, now) = (Minute(certificate.NotBefore), Minute(certificate.NotAfter), Minute(here));
        return here < certificate.NotBefore
            ? new LinkFaultException(
                $"中心的证书（{certificate.Subject}）自 {first} 起有效，而本机时钟为 {now}。请先校准本机时钟；时钟无误的，联系中心管理员。",
                $"The hub's certificate ({certificate.Subject}) is valid from {first} on, and the clock of this machine says {now}. Set the clock; if it is right, call the hub's administrator.")
            : new LinkFaultException(
                $"中心的证书（{certificate.Subject}）已于 {last} 到期，本机时钟为 {now}。请先核对本机时钟；时钟无误的，请中心管理员更换证书。",
                $"The hub's certificate ({certificate.Subject}) ran out at {last}; the clock of this machine says {now}. Check the clock; if it is right, the hub's administrator has to renew the certificate.");
    }

    private static string Minute(DateTime time) => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static X509Certificate2? Load(Certificate certificate)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(certificate.Der);
        }
        catch (CryptographicException)
        {
            // TLS knows neither SM2 nor its certificates; they take no part here.
            return null;
        }
    }
}
