using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>CMS values of type Sign as vendors write them, GB/T 35275 and RFC 5652.</summary>
internal static class OfdCmsForms
{
    private const string GmData = "1.2.156.10197.6.1.4.2.1";
    private const string GmSignedData = "1.2.156.10197.6.1.4.2.2";
    private const string AlgorithmProtection = "1.2.840.113549.1.9.52";
    private const string Sm2Sign = "1.2.156.10197.1.301.1";

    /// <summary>GM/T 0099: the content is the SM3 value of Signature.xml, there are no attributes.</summary>
    public static Task<byte[]> DigestAsContentAsync(ISigningKey key, byte[] file, Func<byte[], byte[]>? write = null) => Task.FromResult((Gm(key, file) with
    {
        Content = (write ?? (digest => digest))(Sm3.Hash(file)),
        HasSignedAttributes = false,
    }).Encode());

    /// <summary>Detached, with attributes out of order and a content type that is not that of the content.</summary>
    public static Task<byte[]> DetachedAsync(ISigningKey key, byte[] file)
    {
        var cms = Gm(key, file);
        return Task.FromResult((cms with { Content = null, Attributes = [.. cms.Attributes.Reverse()] }).Encode());
    }

    /// <summary>r and s as 64 bytes.</summary>
    public static Task<byte[]> RawAsync(ISigningKey key, byte[] file)
    {
        var cms = Gm(key, file);
        return Task.FromResult((cms with { Content = null, Signature = signed => Seals.SealForms.Raw(cms.Signature(signed)) }).Encode());
    }

    /// <summary>RFC 5652, detached: any key.</summary>
    public static Task<byte[]> PlainAsync(ISigningKey key, byte[] file) => Task.FromResult((ForgedCms.Of(key, file) with { Content = null }).Encode());

    // RFC 6211 is not met in them; it would name the algorithm that is replaced here.
    private static ForgedCms Gm(ISigningKey key, byte[] file) => ForgedCms.Of(key, file).WithAttribute(AlgorithmProtection, null) with
    {
        OuterType = GmSignedData,
        ContentType = GmData,
        SignatureAlgorithm = ForgedCms.Algorithm(Sm2Sign),
    };
}
