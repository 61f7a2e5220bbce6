using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Validation;

/// <summary>The certificates at hand by what signers call theirs: a dossier may bring thousands of them, and of signers. Safe for concurrent use.</summary>
internal sealed class KnownSigners(IEnumerable<Certificate> certificates)
{
    private readonly Lazy<ILookup<string, Certificate>> bySerialNumber = new(() =>
        certificates.ToLookup(certificate => Convert.ToHexString(CertificateFields.Of(certificate).SerialNumber.Span)));

    private readonly Lazy<ILookup<string, Certificate>> byKeyIdentifier = new(() =>
        (from certificate in certificates let key = SigningCertificate.KeyIdentifierOf(certificate) where key is not null select (key, certificate))
        .ToLookup(pair => Convert.ToHexString(pair.key), pair => pair.certificate));

    /// <summary>Those that may be the one that a signer names, by its serial number or key identifier alone.</summary>
    /// <param name="work">What looking through them draws on; where too little is left there are none.</param>
    public IEnumerable<Certificate> NamedBy(CmsSignerIdentifier signer, FileWork? work)
    {
        var named = signer.SubjectKeyIdentifier is { } key ? byKeyIdentifier.Value[Convert.ToHexString(key.Span)] : bySerialNumber.Value[Convert.ToHexString(signer.SerialNumber.Span)];
        return work?.TryPay(named.Count()) == false ? [] : named;
    }
}
