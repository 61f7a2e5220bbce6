using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using DocExchange.Trust.Keys;

namespace DocExchange.Trust.Signatures;

/// <summary>The two integers of an ECDSA or SM2 signature, as far as they can be read.</summary>
internal readonly record struct CurveSignature(BigInteger R, BigInteger S, bool IsDer)
{
    private const int Sm2RawSize = 64;

    private static readonly Dictionary<KeyAlgorithm, BigInteger> Orders = new()
    {
        [KeyAlgorithm.EcdsaP256] = Hex("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"),
        [KeyAlgorithm.EcdsaP384] = Hex("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973"),
        [KeyAlgorithm.EcdsaP521] = Hex(
            "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409"),
        [KeyAlgorithm.Sm2] = Hex("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123"),
    };

    /// <summary>Whether keys of this kind make such signatures.</summary>
    public static bool IsMadeBy(KeyAlgorithm key) => Orders.ContainsKey(key);

    /// <summary>Null where the value is neither DER nor, for SM2, 64 bytes r‖s.</summary>
    public static CurveSignature? Read(KeyAlgorithm key, ReadOnlyMemory<byte> value)
    {
        if (ReadSequence(value, AsnEncodingRules.DER) is { } der)
        {
            return new CurveSignature(der.R, der.S, IsDer: true);
        }

        if (ReadSequence(value, AsnEncodingRules.BER) is { } ber)
        {
            return new CurveSignature(ber.R, ber.S, IsDer: false);
        }

        return key == KeyAlgorithm.Sm2 && value.Length == Sm2RawSize
            ? new CurveSignature(Unsigned(value.Span[..32]), Unsigned(value.Span[32..]), IsDer: false)
            : null;
    }

    /// <summary>r and s from 1 to n − 1 (SEC 1 §4.1.4, GB/T 32918.2 §7.1).</summary>
    public bool IsInRange(KeyAlgorithm key) => R.Sign > 0 && S.Sign > 0 && R < Orders[key] && S < Orders[key];

    /// <summary>Of (r, s) and (r, n − s), which both verify under ECDSA, the one with the smaller s.</summary>
    public bool HasLowS(KeyAlgorithm key) => S <= Orders[key] / 2;

    private static (BigInteger R, BigInteger S)? ReadSequence(ReadOnlyMemory<byte> value, AsnEncodingRules rules)
    {
        try
        {
            var reader = new AsnReader(value, rules);
            var integers = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            var pair = (integers.ReadInteger(), integers.ReadInteger());
            integers.ThrowIfNotEmpty();
            return pair;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static BigInteger Unsigned(ReadOnlySpan<byte> bigEndian) => new(bigEndian, isUnsigned: true, isBigEndian: true);

    private static BigInteger Hex(string text) => BigInteger.Parse("0" + text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
