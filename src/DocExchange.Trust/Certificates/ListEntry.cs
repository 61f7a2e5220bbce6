using System.Formats.Asn1;
using Org.BouncyCastle.Math;

namespace DocExchange.Trust.Certificates;

/// <summary>One entry of a revocation list (RFC 5280 §5.3), read where it lies, without taking memory.</summary>
internal readonly ref struct ListEntry
{
    private const int TwoDigitYears = 2049;
    private const int UsualLength = 13;

    // OBJECT IDENTIFIER 2.5.29.n.
    private const byte InstructionCode = 23;
    private const byte ReasonCode = 21;
    private const byte InvalidityDateCode = 24;
    private const byte CertificateIssuer = 29;

    private ListEntry(ReadOnlySpan<byte> at, out int size)
    {
        AsnDecoder.ReadSequence(at, AsnEncodingRules.BER, out var start, out var length, out size);
        var rest = at.Slice(start, length);
        Serial = AsnDecoder.ReadIntegerBytes(rest, AsnEncodingRules.BER, out var used);
        rest = rest[used..];
        At = ReadTime(rest, out used);
        rest = rest[used..];
        if (rest.IsEmpty)
        {
            return;
        }

        AsnDecoder.ReadSequence(rest, AsnEncodingRules.BER, out start, out length, out used);
        if (used != rest.Length)
        {
            throw new AsnContentException("Something follows the extensions of an entry.");
        }

        for (var extensions = rest.Slice(start, length); !extensions.IsEmpty; extensions = extensions[used..])
        {
            AsnDecoder.ReadSequence(extensions, AsnEncodingRules.BER, out start, out length, out used);
            var (code, isCritical) = ReadHead(extensions.Slice(start, length), out var value);
            switch (code)
            {
                case ReasonCode:
                    Reason = ReadReason(value);
                    break;
                case InvalidityDateCode:
                    InvalidityDate = value is [0x18, ..] ? ReadTime(value, out _) : null;
                    break;
                case CertificateIssuer:
                    Issuer = value;
                    break;
                case InstructionCode:
                    break;
                default:
                    HasUnknownCritical |= isCritical;
                    break;
            }
        }
    }

    /// <summary>The content of the INTEGER.</summary>
    public ReadOnlySpan<byte> Serial { get; }

    public DateTimeOffset At { get; }

    public RevocationReason Reason { get; }

    public DateTimeOffset? InvalidityDate { get; }

    /// <summary>The value of certificateIssuer (§5.3.3); empty where there is none.</summary>
    public ReadOnlySpan<byte> Issuer { get; }

    public bool HasUnknownCritical { get; }

    /// <param name="size">How many bytes the entry takes.</param>
    /// <exception cref="AsnContentException">There is no entry.</exception>
    public static ListEntry Read(ReadOnlySpan<byte> at, out int size) => new(at, out size);

    /// <summary>The serial number of an entry alone, since it is compared with many others.</summary>
    /// <exception cref="AsnContentException">There is no entry.</exception>
    public static ReadOnlySpan<byte> SerialOf(ReadOnlySpan<byte> at)
    {
        AsnDecoder.ReadSequence(at, AsnEncodingRules.BER, out var start, out var length, out _);
        return AsnDecoder.ReadIntegerBytes(at.Slice(start, length), AsnEncodingRules.BER, out _);
    }

    public RevokedCertificate ToRevoked() => new(new BigInteger(Serial.ToArray()).ToString(16), At, Reason, InvalidityDate);

    /// <returns>The last number of an identifier 2.5.29.n, 0 for any other.</returns>
    private static (byte Code, bool IsCritical) ReadHead(ReadOnlySpan<byte> extension, out ReadOnlySpan<byte> value)
    {
        AsnDecoder.ReadEncodedValue(extension, AsnEncodingRules.BER, out _, out _, out var used);
        var code = extension[..used] is [0x06, 3, 0x55, 0x1D, var last] ? last : (byte)0;
        var rest = extension[used..];
        var isCritical = rest is [0x01, ..] && AsnDecoder.ReadBoolean(rest, AsnEncodingRules.BER, out used);
        rest = rest is [0x01, ..] ? rest[used..] : rest;
        return AsnDecoder.TryReadPrimitiveOctetString(rest, AsnEncodingRules.BER, out value, out _)
            ? (code, isCritical)
            : throw new AsnContentException("An extension of an entry is no octet string in one piece.");
    }

    // Anything but an ENUMERATED says nothing.
    private static RevocationReason ReadReason(ReadOnlySpan<byte> value)
    {
        if (value is not [0x0A, ..])
        {
            return RevocationReason.Unspecified;
        }

        var bytes = AsnDecoder.ReadEnumeratedBytes(value, AsnEncodingRules.BER, out _);
        return bytes.Length == 1 ? (RevocationReason)(sbyte)bytes[0] : throw new AsnContentException("A reason is no number of RFC 5280.");
    }

    private static DateTimeOffset ReadTime(ReadOnlySpan<byte> at, out int used) => at is [0x18, ..]
        ? AsnDecoder.ReadGeneralizedTime(at, AsnEncodingRules.BER, out used)
        : TryReadUsual(at, out var time, out used) ? time
        : AsnDecoder.ReadUtcTime(at, AsnEncodingRules.BER, out used, TwoDigitYears);

    /// <summary>A UTCTime as RFC 5280 §5.1.2.6 has it, YYMMDDHHMMSSZ: there may be millions, and the library takes its time.</summary>
    private static bool TryReadUsual(ReadOnlySpan<byte> at, out DateTimeOffset time, out int used)
    {
        used = 2 + UsualLength;
        time = default;
        if (at.Length < used || at[0] != 0x17 || at[1] != UsualLength || at[1 + UsualLength] != 'Z')
        {
            return false;
        }

        Span<int> parts = stackalloc int[6];
        for (var i = 0; i < parts.Length; i++)
        {
            var (tens, ones) = (at[2 + (2 * i)] - '0', at[3 + (2 * i)] - '0');
            if (tens is < 0 or > 9 || ones is < 0 or > 9)
            {
                return false;
            }

            parts[i] = (10 * tens) + ones;
        }

        var year = (parts[0] > TwoDigitYears % 100 ? 1900 : 2000) + parts[0];
        if (parts[1] is 0 or > 12 || parts[2] == 0 || parts[2] > DateTime.DaysInMonth(year, parts[1]) || parts[3] > 23 || parts[4] > 59 || parts[5] > 59)
        {
            return false;
        }

        time = new DateTimeOffset(year, parts[1], parts[2], parts[3], parts[4], parts[5], TimeSpan.Zero);
        return true;
    }
}
