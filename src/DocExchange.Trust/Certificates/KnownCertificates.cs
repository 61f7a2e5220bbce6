using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Certificates;

/// <summary>Certificates by their subjects and by their keys: anybody can add any number of either. Safe for concurrent use.</summary>
internal sealed class KnownCertificates
{
    private readonly ILookup<string, Certificate> bySubject;
    private readonly Lazy<ILookup<Digest, Certificate>> byKey;
    private readonly Lazy<ILookup<string, Certificate>> responders;

    public KnownCertificates(IEnumerable<Certificate> certificates)
    {
        var all = certificates.Distinct().ToList();
        bySubject = all.ToLookup(certificate => certificate.SubjectKey);
        byKey = new(() => all.ToLookup(certificate => certificate.PublicKeyFingerprint));
        responders = new(() => all.SelectMany(certificate => OcspResponse.KeysOf(certificate).Select(key => (key, certificate))).ToLookup(pair => pair.key, pair => pair.certificate));
    }

    /// <param name="subject">A <see cref="CertificateNames.KeyOf"/>.</param>
    public IEnumerable<Certificate> Named(string subject) => bySubject[subject];

    /// <param name="publicKey">A <see cref="Certificate.PublicKeyFingerprint"/>.</param>
    public IEnumerable<Certificate> OfKey(Digest publicKey) => byKey.Value[publicKey];

    /// <summary>By what OCSP answers call them.</summary>
    public IEnumerable<Certificate> Answering(string responderKey) => responders.Value[responderKey];
}
