using DocExchange.Trust.Certificates;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Signatures;

/// <summary>
/// A CMS SignedData (RFC 5652 §5.1) as it was found: facts over the bytes as encoded, without any judgement.
/// </summary>
public sealed class CmsSignedData
{
    private bool? isDer;

    internal CmsSignedData()
    {
    }

    /// <summary>The ContentInfo, without what may follow it.</summary>
    public required ReadOnlyMemory<byte> Encoded { get; init; }

    /// <summary>Bytes after the ContentInfo.</summary>
    public required int TrailingBytes { get; init; }

    /// <summary>The same without zeros at the end, with which files are filled up.</summary>
    internal int TrailingContent { get; init; }

    public required bool HasIndefiniteLength { get; init; }

    public required bool HasNonMinimalLength { get; init; }

    /// <summary>Whether the whole is in the distinguished encoding (X.690 §10, §11).</summary>
    public bool IsDer => isDer ??= !IsBeyondLimits && !HasIndefiniteLength && !HasNonMinimalLength && DerForm.IsDer(Encoded);

    /// <summary>Some part is nested too deeply, or is longer than is read; it was left out.</summary>
    internal bool IsBeyondLimits { get; init; }

    /// <summary>What was not read of certificates, revocation data and signers because of the limits.</summary>
    internal IReadOnlyList<Finding> LeftOut { get; init; } = [];

    /// <summary>Of the ContentInfo: id-signedData of RFC 5652 or of GB/T 35275.</summary>
    public required string OuterContentType { get; init; }

    public required int Version { get; init; }

    public required IReadOnlyList<CmsAlgorithm> DigestAlgorithms { get; init; }

    /// <summary>eContentType.</summary>
    public required string ContentType { get; init; }

    /// <summary>eContent; null for a detached signature.</summary>
    public required ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>The same with tags and lengths, as it stands in the file; empty for a detached signature.</summary>
    internal ReadOnlyMemory<byte> WrappedContent { get; init; }

    /// <summary>Those of the SignedData itself, which decide how the whole is encoded.</summary>
    internal IReadOnlyList<Certificate> CertificateSet { get; init; } = [];

    /// <summary>Those of the SignedData, and of its signers' certificate-values (RFC 5126 §6.3.3).</summary>
    public required IReadOnlyList<Certificate> Certificates { get; init; }

    /// <summary>Entries of the certificate set that are not X.509 v3 certificates that can be read.</summary>
    public required int UnreadableCertificates { get; init; }

    /// <summary>Those of the SignedData, and of its signers' revocation-values (RFC 5126 §6.3.4).</summary>
    public required IReadOnlyList<RevocationList> RevocationLists { get; init; }

    /// <inheritdoc cref="RevocationLists"/>
    public required IReadOnlyList<OcspResponse> OcspResponses { get; init; }

    /// <summary>Entries of the revocation set that are neither lists nor OCSP answers that can be read.</summary>
    public required int OtherRevocationInfos { get; init; }

    public required IReadOnlyList<CmsSignerInfo> Signers { get; init; }

    /// <summary>Reads DER or BER. Text is none, whatever is in it: see <see cref="Unwrap"/>.</summary>
    /// <exception cref="CmsFormatException">The bytes are no SignedData, or what was signed breaks a limit.</exception>
    public static CmsSignedData Parse(ReadOnlyMemory<byte> encoded, CmsLimits limits) => CmsReader.Read(encoded, limits);

    /// <summary>The same for whoever needs all of it.</summary>
    /// <exception cref="CmsFormatException">The bytes are no SignedData, or anything in them breaks a limit.</exception>
    internal static CmsSignedData ParseWhole(ReadOnlyMemory<byte> encoded, CmsLimits limits)
    {
        var signed = Parse(encoded, limits);
        var missing = signed.LeftOut.Concat(signed.Signers.Select(signer => signer.LeftOut).OfType<Finding>()).FirstOrDefault(finding => !CmsFindings.IsOfUnsignedUnreadable(finding));
        return missing is null && !signed.IsBeyondLimits ? signed
            : throw CmsFormatException.Limit(missing?.Code ?? "CMS_TOO_DEEP", missing?.Chinese ?? "签名数据嵌套过深或过长。", missing?.English ?? "Parts of the CMS are nested too deeply or are too long.");
    }

    /// <summary>What a file in bare base64, or in PEM labelled CMS or PKCS7 with nothing beside it, holds; any other as it is.</summary>
    public static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> file) => CmsArmour.Open(file);

    /// <summary>Whether the bytes begin like a SignedData, DER or BER; reads no further than that.</summary>
    public static bool LooksLike(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> rfc = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
        ReadOnlySpan<byte> gm = [0x06, 0x0A, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x06, 0x01, 0x04, 0x02, 0x02];
        if (start.Length < 2 || start[0] != 0x30)
        {
            return false;
        }

        var header = start[1] > 0x80 ? 2 + (start[1] & 0x7F) : 2;
        return start.Length > header && (start[header..].StartsWith(rfc) || start[header..].StartsWith(gm));
    }
}

/// <summary>An AlgorithmIdentifier (RFC 5280 §4.1.1.2). <paramref name="Parameters"/> are null where there are none.</summary>
public sealed record CmsAlgorithm(string Oid, ReadOnlyMemory<byte>? Parameters)
{
    private static ReadOnlySpan<byte> Null => [0x05, 0x00];

    /// <summary>Absent and NULL parameters mean the same (RFC 5754 §2).</summary>
    public bool HasNoParameters => Parameters is not { } parameters || parameters.Span.SequenceEqual(Null);

    public bool IsSameAs(CmsAlgorithm other) =>
        Oid == other.Oid && ((HasNoParameters && other.HasNoParameters)
            || (Parameters is { } mine && other.Parameters is { } theirs && mine.Span.SequenceEqual(theirs.Span)));
}

/// <summary>Either issuer and serial number, or the subject key identifier (RFC 5652 §5.3).</summary>
public sealed record CmsSignerIdentifier(ReadOnlyMemory<byte> Issuer, ReadOnlyMemory<byte> SerialNumber, ReadOnlyMemory<byte>? SubjectKeyIdentifier)
{
    public bool IsSameAs(CmsSignerIdentifier other) =>
        SubjectKeyIdentifier is { } key
            ? other.SubjectKeyIdentifier is { } otherKey && key.Span.SequenceEqual(otherKey.Span)
            : other.SubjectKeyIdentifier is null
                && Issuer.Span.SequenceEqual(other.Issuer.Span)
                && SerialNumber.Span.SequenceEqual(other.SerialNumber.Span);
}

/// <summary>One SignerInfo (RFC 5652 §5.3) as it was found.</summary>
public sealed class CmsSignerInfo
{
    internal CmsSignerInfo()
    {
    }

    public required ReadOnlyMemory<byte> Encoded { get; init; }

    public required int Version { get; init; }

    public required CmsSignerIdentifier Identifier { get; init; }

    public required CmsAlgorithm DigestAlgorithm { get; init; }

    /// <summary>Null where there are none, which is something other than an empty set.</summary>
    public required CmsAttributes? SignedAttributes { get; init; }

    public required CmsAlgorithm SignatureAlgorithm { get; init; }

    public required ReadOnlyMemory<byte> Signature { get; init; }

    public required CmsAttributes? UnsignedAttributes { get; init; }

    /// <summary>Why the unsigned attributes were not read; null where they were, or there are none.</summary>
    internal Finding? LeftOut { get; init; }

    /// <summary>What the signer claims; null where the attribute is absent, repeated or unreadable.</summary>
    public DateTimeOffset? SigningTime => SignedAttributes?.ReadSigningTime();
}
