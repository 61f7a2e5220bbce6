namespace DocExchange.Trust.Signatures;

/// <summary>The object identifiers that CMS signatures are made of.</summary>
internal static class Oids
{
    // Content types: RFC 5652 §4 and §5.1, GB/T 35275.
    public const string Data = "1.2.840.113549.1.7.1";
    public const string SignedData = "1.2.840.113549.1.7.2";
    public const string GmData = "1.2.156.10197.6.1.4.2.1";
    public const string GmSignedData = "1.2.156.10197.6.1.4.2.2";

    // id-ri-ocsp-response: RFC 5940 §2.1; id-pkix-ocsp-basic: RFC 6960 §4.2.1.
    public const string OcspResponseFormat = "1.3.6.1.5.5.7.16.2";
    public const string OcspBasic = "1.3.6.1.5.5.7.48.1.1";

    // Attributes: RFC 5652 §11, RFC 2634, RFC 5035, RFC 5126, RFC 6211, RFC 3161.
    public const string ContentType = "1.2.840.113549.1.9.3";
    public const string MessageDigest = "1.2.840.113549.1.9.4";
    public const string SigningTime = "1.2.840.113549.1.9.5";
    public const string CounterSignature = "1.2.840.113549.1.9.6";
    public const string AlgorithmProtection = "1.2.840.113549.1.9.52";
    public const string SigningCertificate = "1.2.840.113549.1.9.16.2.12";
    public const string SigningCertificateV2 = "1.2.840.113549.1.9.16.2.47";
    public const string SignaturePolicy = "1.2.840.113549.1.9.16.2.15";
    public const string SignatureTimestamp = "1.2.840.113549.1.9.16.2.14";

    // Signed attributes of CAdES alone: ETSI EN 319 122-1 §5.2, ETSI TS 101 733.
    public const string CommitmentType = "1.2.840.113549.1.9.16.2.16";
    public const string SignerLocation = "1.2.840.113549.1.9.16.2.17";
    public const string SignerAttributes = "1.2.840.113549.1.9.16.2.18";
    public const string ContentTimestamp = "1.2.840.113549.1.9.16.2.20";
    public const string MimeType = "0.4.0.1733.2.1";
    public const string SignerAttributesV2 = "0.4.0.19122.1.1";

    // Unsigned attributes with validation data: RFC 5126 §6.3.3 and §6.3.4.
    public const string CertificateValues = "1.2.840.113549.1.9.16.2.23";
    public const string RevocationValues = "1.2.840.113549.1.9.16.2.24";

    // Signature algorithms: RFC 8017, RFC 5758, RFC 8410, GM/T 0006.
    public const string Rsa = "1.2.840.113549.1.1.1";
    public const string RsaMd5 = "1.2.840.113549.1.1.4";
    public const string RsaSha1 = "1.2.840.113549.1.1.5";
    public const string Mgf1 = "1.2.840.113549.1.1.8";
    public const string RsaPss = "1.2.840.113549.1.1.10";
    public const string RsaSha256 = "1.2.840.113549.1.1.11";
    public const string RsaSha384 = "1.2.840.113549.1.1.12";
    public const string RsaSha512 = "1.2.840.113549.1.1.13";
    public const string EcPublicKey = "1.2.840.10045.2.1";
    public const string EcdsaSha1 = "1.2.840.10045.4.1";
    public const string EcdsaSha256 = "1.2.840.10045.4.3.2";
    public const string EcdsaSha384 = "1.2.840.10045.4.3.3";
    public const string EcdsaSha512 = "1.2.840.10045.4.3.4";
    public const string Ed25519 = "1.3.101.112";
    public const string Sm2Sm3 = "1.2.156.10197.1.501";
    public const string Sm2 = "1.2.156.10197.1.301";
    public const string Sm2Sign = "1.2.156.10197.1.301.1";

    // Digests: RFC 1321, FIPS 180-4, GM/T 0006.
    public const string Md5 = "1.2.840.113549.2.5";
    public const string Sha1 = "1.3.14.3.2.26";
    public const string Sha256 = "2.16.840.1.101.3.4.2.1";
    public const string Sha384 = "2.16.840.1.101.3.4.2.2";
    public const string Sha512 = "2.16.840.1.101.3.4.2.3";
    public const string Sm3 = "1.2.156.10197.1.401";
    public const string Sm3WithoutKey = "1.2.156.10197.1.401.1";

    // ETSI TS 101 733 V2.2.1, ETSI EN 319 122-2, RFC 4998.
    public const string CadesCTimestamp = "1.2.840.113549.1.9.16.2.25";
    public const string CertCrlTimestamp = "1.2.840.113549.1.9.16.2.26";
    public const string ArchiveTimestampV1 = "1.2.840.113549.1.9.16.2.27";
    public const string ArchiveTimestampV2 = "1.2.840.113549.1.9.16.2.48";
    public const string EvidenceRecordInternal = "1.2.840.113549.1.9.16.2.49";
    public const string EvidenceRecordExternal = "1.2.840.113549.1.9.16.2.50";
    public const string LongTermValidation = "0.4.0.1733.2.2";
}
