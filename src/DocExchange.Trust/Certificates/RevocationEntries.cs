using System.Formats.Asn1;
using System.Numerics;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using BigInteger = Org.BouncyCastle.Math.BigInteger;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// The entries of a revocation list, its scope, and whether this product understands all of it. The entries stay encoded;
/// kept are their places, 16 bytes an entry, to be found by serial number.
/// </summary>
internal sealed class RevocationEntries
{
    /// <summary>How many times an indirect list may name another issuer; one that does so more often is not understood.</summary>
    public const int MaxIssuers = 4096;

    private const int Own = 0;

    private static readonly DerObjectIdentifier ExpiredCertsOnCrl = new("2.5.29.60");

    private static readonly HashSet<DerObjectIdentifier> KnownCritical =
    [
        X509Extensions.CrlNumber, X509Extensions.AuthorityKeyIdentifier, X509Extensions.IssuingDistributionPoint, X509Extensions.DeltaCrlIndicator,
    ];

    private readonly ReadOnlyMemory<byte> encoded;
    private readonly Dictionary<string, int> issuers = [];
    private readonly Place[] places;
    private readonly int[] slots;
    private int count;

    private RevocationEntries(CertificateList list, ReadOnlyMemory<byte> sequence)
    {
        Scope = new RevocationScope(list);
        Number = NumberIn(list, X509Extensions.CrlNumber);
        BaseNumber = NumberIn(list, X509Extensions.DeltaCrlIndicator);
        KeepsExpiredSince = TimeIn(list, ExpiredCertsOnCrl);
        IsUnderstood = (list.Extensions?.GetCriticalExtensionOids() ?? []).All(KnownCritical.Contains);
        issuers[CertificateNames.KeyOf(list.Issuer)] = Own;
        encoded = ContentOf(sequence);
        places = new Place[CountIn(encoded.Span)];
        slots = new int[BitOperations.RoundUpToPowerOf2((uint)((2 * places.Length) + 1))];
    }

    /// <summary>False for a list with unknown critical extensions: it clears no certificate at all (RFC 5280 §5.2, §5.3).</summary>
    public bool IsUnderstood { get; private set; }

    /// <summary>False where the list names too many issuers to be read to its end.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>A serial number is named twice, which leaves open what holds.</summary>
    public bool HasDuplicates { get; private set; }

    public RevocationScope Scope { get; }

    public BigInteger? Number { get; }

    /// <summary>Of a delta list: that of the earliest complete list it can be combined with (§5.2.4).</summary>
    public BigInteger? BaseNumber { get; }

    /// <summary>Certificates that ended then or later stay on the list (expiredCertsOnCRL, ITU-T X.509 §9.5.2.10); null where it does not say so.</summary>
    public DateTimeOffset? KeepsExpiredSince { get; }

    public IReadOnlyCollection<RevokedCertificate> All => [.. places.Take(count).Select(place => Revoked(EntryAt(place)))];

    /// <param name="sequence">revokedCertificates as encoded; empty where there is none.</param>
    public static RevocationEntries Read(CertificateList list, ReadOnlyMemory<byte> sequence)
    {
        var entries = new RevocationEntries(list, sequence);
        entries.Index();
        return entries;
    }

    /// <summary>Null where the certificate is not named.</summary>
    public RevokedCertificate? Find(Certificate certificate)
    {
        var serial = certificate.Inner.SerialNumber.ToByteArray();
        if (!Scope.IsIndirect)
        {
            // The caller has made sure that the list is of its issuer.
            return Find(Own, serial);
        }

        return issuers.TryGetValue(certificate.IssuerKey, out var issuer) ? Find(issuer, serial) : null;
    }

    private RevokedCertificate? Find(int issuer, byte[] serial)
    {
        var place = slots[SlotOf(issuer, serial)];
        return place == 0 ? null : Revoked(EntryAt(places[place - 1]));
    }

    /// <summary>"Removed from the list" is a word of delta lists (RFC 5280 §5.3.1): what a complete one names with it is revoked, for no reason that is known.</summary>
    private RevokedCertificate Revoked(ListEntry entry) => entry.ToRevoked() is var revoked && revoked.Reason == RevocationReason.RemoveFromCrl && BaseNumber is null
        ? revoked with { Reason = RevocationReason.Unspecified }
        : revoked;

    private void Index()
    {
        var (issuer, changes, named) = (Own, 0, default(Range));
        var all = encoded.Span;
        for (var at = 0; at < all.Length;)
        {
            var entry = ListEntry.Read(all[at..], out var size);
            IsUnderstood &= !entry.HasUnknownCritical;
            if (!entry.Issuer.IsEmpty && !entry.Issuer.SequenceEqual(all[named]))
            {
                all.Overlaps(entry.Issuer, out var offset);
                named = offset..(offset + entry.Issuer.Length);
                if (++changes > MaxIssuers)
                {
                    (IsUnderstood, IsWhole) = (false, false);
                    return;
                }

                issuer = IssuerIn(entry.Issuer) ?? issuer;
            }

            Add(new Place(at, issuer), entry);
            at += size;
        }
    }

    /// <summary>§5.3.3: in an indirect list the issuer holds for the entries that follow too; elsewhere it has no place.</summary>
    private int? IssuerIn(ReadOnlySpan<byte> value)
    {
        var name = GeneralNames.GetInstance(Asn1Object.FromByteArray(value.ToArray())).GetNames().FirstOrDefault(name => name.TagNo == GeneralName.DirectoryName);
        IsUnderstood &= Scope.IsIndirect && name is not null;
        if (name is null)
        {
            return null;
        }

        var key = CertificateNames.KeyOf(X509Name.GetInstance(name.Name));
        issuers.TryAdd(key, issuers.Count);
        return issuers[key];
    }

    private void Add(Place place, ListEntry entry)
    {
        var slot = SlotOf(place.Issuer, entry.Serial);
        if (slots[slot] == 0)
        {
            places[count++] = place;
            slots[slot] = count;
            return;
        }

        HasDuplicates = true;
        ref var known = ref places[slots[slot] - 1];
        var other = EntryAt(known);
        if (Weight(entry) is var weight && (weight > Weight(other) || (weight == Weight(other) && entry.At < other.At)))
        {
            known = place;
        }
    }

    /// <summary>Of two entries of one number the one that revokes for good counts, then the earlier.</summary>
    private int Weight(ListEntry entry) => entry.Reason switch
    {
        RevocationReason.CertificateHold => 1,
        RevocationReason.RemoveFromCrl when BaseNumber is not null => 0,
        _ => 2,
    };

    /// <summary>The slot of this number, or the free one where it belongs.</summary>
    private int SlotOf(int issuer, ReadOnlySpan<byte> serial)
    {
        // Keyed anew in each process: nobody can choose numbers that collide.
        var hash = new HashCode();
        hash.Add(issuer);
        hash.AddBytes(serial);
        for (var slot = hash.ToHashCode() & (slots.Length - 1); ; slot = (slot + 1) & (slots.Length - 1))
        {
            if (slots[slot] == 0 || (places[slots[slot] - 1] is var place && place.Issuer == issuer && ListEntry.SerialOf(encoded.Span[place.Offset..]).SequenceEqual(serial)))
            {
                return slot;
            }
        }
    }

    private ListEntry EntryAt(Place place) => ListEntry.Read(encoded.Span[place.Offset..], out _);

    private static ReadOnlyMemory<byte> ContentOf(ReadOnlyMemory<byte> sequence)
    {
        if (sequence.IsEmpty)
        {
            return default;
        }

        AsnDecoder.ReadSequence(sequence.Span, AsnEncodingRules.BER, out var start, out var length, out _);
        return sequence.Slice(start, length);
    }

    private static int CountIn(ReadOnlySpan<byte> entries)
    {
        var found = 0;
        for (; !entries.IsEmpty; found++)
        {
            AsnDecoder.ReadEncodedValue(entries, AsnEncodingRules.BER, out _, out _, out var size);
            entries = entries[size..];
        }

        return found;
    }

    private static DateTimeOffset? TimeIn(CertificateList list, DerObjectIdentifier oid) =>
        X509Extensions.GetExtensionParsedValue(list.Extensions, oid) is Asn1GeneralizedTime time ? new DateTimeOffset(DateTime.SpecifyKind(time.ToDateTime(), DateTimeKind.Utc)) : null;

    private static BigInteger? NumberIn(CertificateList list, DerObjectIdentifier oid) =>
        X509Extensions.GetExtensionParsedValue(list.Extensions, oid) is { } value ? DerInteger.GetInstance(value).Value : null;

    /// <param name="Offset">Where the entry begins.</param>
    /// <param name="Issuer">A place in the order in which issuers were named; 0 is that of the list.</param>
    private readonly record struct Place(int Offset, int Issuer);
}
