using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;
using OcspResponse = DocExchange.Trust.Certificates.OcspResponse;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>Makes OCSP answers, right and wrong ones (RFC 6960 §4.2).</summary>
internal static class OcspAnswers
{
    public static readonly CertStatus Good = new();

    public static CertStatus RevokedAt(DateTimeOffset at, RevocationReason reason = RevocationReason.KeyCompromise) =>
        new(new RevokedInfo(TimeOf(at), new CrlReason((int)reason)));

    public static OcspResponse Make(
        KeyPair key, Certificate responder, Certificate certificate, Certificate issuer, CertStatus status, DateTimeOffset thisUpdate, DateTimeOffset? nextUpdate,
        DerObjectIdentifier? hash = null, params Certificate[] along) => Make(key, responder, certificate, issuer, status, thisUpdate, nextUpdate, null, null, hash, along);

    /// <summary>One that says to be made at another time than it says to know of.</summary>
    public static OcspResponse Make(
        KeyPair key, Certificate responder, Certificate certificate, Certificate issuer, CertStatus status, DateTimeOffset thisUpdate, DateTimeOffset? nextUpdate, DateTimeOffset producedAt) =>
        Make(new ResponderID(responder.Inner.SubjectDN), key, certificate, issuer, status, thisUpdate, nextUpdate, producedAt, null, null, null, []);

    /// <summary>That calls its responder by another name, or by its key.</summary>
    public static OcspResponse MakeAs(
        ResponderID name, KeyPair key, Certificate certificate, Certificate issuer, CertStatus status, DateTimeOffset thisUpdate, DateTimeOffset? nextUpdate, params Certificate[] along) =>
        Make(name, key, certificate, issuer, status, thisUpdate, nextUpdate, thisUpdate, null, null, null, along);

    public static ResponderID ByKey(KeyPair key) => new(new DerOctetString(OcspStatement.Hash(OcspStatement.Sha1, key.PublicKeyInfo.PublicKey.GetBytes())!));

    /// <param name="ofAnswer">Extensions of the whole answer.</param>
    /// <param name="ofSingle">Extensions of what it says of the certificate.</param>
    public static OcspResponse Make(
        KeyPair key, Certificate responder, Certificate certificate, Certificate issuer, CertStatus status, DateTimeOffset thisUpdate, DateTimeOffset? nextUpdate,
        X509Extensions? ofAnswer, X509Extensions? ofSingle, DerObjectIdentifier? hash = null, params Certificate[] along) =>
        Make(new ResponderID(responder.Inner.SubjectDN), key, certificate, issuer, status, thisUpdate, nextUpdate, thisUpdate, ofAnswer, ofSingle, hash, along);

    private static OcspResponse Make(
        ResponderID name, KeyPair key, Certificate certificate, Certificate issuer, CertStatus status, DateTimeOffset thisUpdate, DateTimeOffset? nextUpdate, DateTimeOffset producedAt,
        X509Extensions? ofAnswer, X509Extensions? ofSingle, DerObjectIdentifier? hash, Certificate[] along)
    {
        var algorithm = hash ?? OcspStatement.Sha1;
        var id = new CertID(
            new AlgorithmIdentifier(algorithm),
            new DerOctetString(OcspStatement.Hash(algorithm, issuer.Inner.SubjectDN.GetEncoded())!),
            new DerOctetString(OcspStatement.Hash(algorithm, issuer.Inner.CertificateStructure.SubjectPublicKeyInfo.PublicKey.GetBytes())!),
            new DerInteger(certificate.Inner.SerialNumber));
        var single = new SingleResponse(id, status, TimeOf(thisUpdate), nextUpdate is { } next ? TimeOf(next) : null, ofSingle);
        var data = new ResponseData(name, TimeOf(producedAt), new DerSequence(single), ofAnswer);
        var basic = new BasicOcspResponse(
            data, SignatureScheme.IdentifierFor(key.Algorithm), new DerBitString(key.Secret.Sign(data.GetDerEncoded())),
            along.Length == 0 ? null : new DerSequence(along.Select(each => (Asn1Encodable)each.Inner.CertificateStructure).ToArray()));
        var response = new Org.BouncyCastle.Asn1.Ocsp.OcspResponse(
            new OcspResponseStatus(0), new ResponseBytes(OcspObjectIdentifiers.PkixOcspBasic, new DerOctetString(basic.GetDerEncoded())));
        return OcspResponse.Parse(response.GetDerEncoded());
    }

    private static Asn1GeneralizedTime TimeOf(DateTimeOffset time) => new DerGeneralizedTime(time.UtcDateTime);
}
