using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;

namespace DocExchange.Node.HubLink;

/// <summary>Whether the peer of a TLS connection is the hub: name, validity and a path to the pinned root, and to no other.</summary>
internal static class HubTrust
{
    /// <summary>What the server sends of its chain counts as hints.</summary>
    public static RemoteCertificateValidationCallback ByAuthorities(IReadOnlyList<Certificate> authorities, Digest root) => (_, certificate, sent, errors) =>
        certificate is X509Certificate2 peer && IsNameGood(errors)
        && LeadsTo(peer, [.. authorities.Select(Load).OfType<X509Certificate2>()], sent?.ChainPolicy.ExtraStore ?? [], root);

    private static bool IsNameGood(SslPolicyErrors errors) =>
        (errors & (SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable)) == 0;

    private static bool LeadsTo(X509Certificate2 peer, IReadOnlyList<X509Certificate2> known, X509Certificate2Collection hints, Digest root)
    {
        if (known.FirstOrDefault(candidate => Digest.Of(candidate.RawDataMemory.Span) == root) is not { } anchor)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(anchor);
        chain.ChainPolicy.ExtraStore.AddRange(known.ToArray());
        chain.ChainPolicy.ExtraStore.AddRange(hints);
        chain.ChainPolicy.DisableCertificateDownloads = true;

        // The hub's own certificate is replaced, not revoked in secret: the list comes over this very connection.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        return chain.Build(peer);
    }

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
