using System.Formats.Asn1;
using DocExchange.Core.Offices;
using DocExchange.Core.Schemas;

namespace DocExchange.Core.Ledger;

/// <summary>
/// What one leaf of the ledger holds: the statement as it was signed, and when and through whom the hub received it.
/// DER, so that generic tools can take it apart decades later:
/// <code>LedgerEntry ::= SEQUENCE { version INTEGER (1), receivedAt GeneralizedTime, relayedBy UTF8String, statement ContentInfo }</code>
/// </summary>
public sealed record LedgerEntry
{
    /// <summary>The largest entry (C2SP tlog-tiles): 65,535 bytes.</summary>
    public const int MaxSize = 65_535;

    private const int Version = 1;

    private LedgerEntry(DateTimeOffset receivedAt, PartyId relayedBy, ReadOnlyMemory<byte> statement, ReadOnlyMemory<byte> bytes)
    {
        ReceivedAt = receivedAt;
        RelayedBy = relayedBy;
        Statement = statement;
        Bytes = bytes;
    }

    /// <summary>The hub's clock, UTC, to the millisecond.</summary>
    public DateTimeOffset ReceivedAt { get; }

    public PartyId RelayedBy { get; }

    /// <summary>The CMS SignedData, verbatim.</summary>
    public ReadOnlyMemory<byte> Statement { get; }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <exception cref="ArgumentException">The entry would be larger than <see cref="MaxSize"/>.</exception>
    public static LedgerEntry Of(DateTimeOffset receivedAt, PartyId relayedBy, ReadOnlyMemory<byte> statement)
    {
        var received = StrictXml.Trim(receivedAt);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(Version);
            writer.WriteGeneralizedTime(received);
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, relayedBy.ToString());
            writer.WriteEncodedValue(statement.Span);
        }

        var bytes = writer.Encode();
        return bytes.Length <= MaxSize
            ? new LedgerEntry(received, relayedBy, statement, bytes)
            : throw new ArgumentException($"A ledger entry of {bytes.Length} bytes is larger than {MaxSize}.", nameof(statement));
    }

    /// <exception cref="FormatException">The bytes are not a ledger entry.</exception>
    public static LedgerEntry Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var outer = new AsnReader(bytes, AsnEncodingRules.DER);
            var entry = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (!entry.TryReadInt32(out var version) || version != Version)
            {
                throw new FormatException($"This ledger entry has a version this program does not know; version {Version} is expected.");
            }

            var receivedAt = ReadTime(entry);
            var relayedBy = PartyId.Parse(entry.ReadCharacterString(UniversalTagNumber.UTF8String));
            var statement = entry.ReadEncodedValue();
            entry.ThrowIfNotEmpty();
            return new LedgerEntry(receivedAt, relayedBy, statement, bytes);
        }
        catch (AsnContentException fault)
        {
            throw new FormatException("The bytes are not a ledger entry: " + fault.Message, fault);
        }
    }

    // The runtime reckons the fraction in floating point: 0.694 s comes back as 0.6939999 s.
    private static DateTimeOffset ReadTime(AsnReader entry)
    {
        var read = entry.ReadGeneralizedTime().UtcTicks;
        var rounded = (read + (TimeSpan.TicksPerMillisecond / 2)) / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond;
        return Math.Abs(rounded - read) <= 1 && rounded <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset(rounded, TimeSpan.Zero)
            : throw new FormatException("This ledger entry has a time finer than a millisecond.");
    }
}
