using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Core.Offices;

/// <summary>What a certificate bound in the directory may be used for.</summary>
public enum CertificateUse
{
    /// <summary>An office's signature over documents and statements.</summary>
    Document,

    /// <summary>An office's electronic seal (SM2).</summary>
    Seal,

    /// <summary>A node's or the hub's own statements.</summary>
    Machine,

    /// <summary>A node's or the hub's connections.</summary>
    Tls,
}

/// <summary>A time span, its end excluded; null means without end.</summary>
public readonly record struct Period(DateTimeOffset Since, DateTimeOffset? Until = null)
{
    public bool Contains(DateTimeOffset time) => time >= Since && (Until is null || time < Until);
}

/// <summary>A certificate that counts for its holder during a period.</summary>
public sealed record BoundCertificate(CertificateUse Use, Certificate Certificate, Period Period)
{
    /// <summary>SHA-256 of the <see cref="BindingEvidence"/>; null for a party's first keys.</summary>
    public Digest? Evidence { get; init; }
}

/// <summary>An electronic seal of an office; the seal itself is an object named by its SHA-256.</summary>
public sealed record OfficeSeal(string EsId, string Name, Digest Seal, Period Period, bool IsStopped = false);

/// <summary>
/// A unit (机关) that takes part. Everything but <see cref="Id"/> may change; each directory version holds the state
/// of its day, and the versions are kept.
/// </summary>
public sealed record Office(PartyId Id, string Name, string ShortName)
{
    /// <summary>Unified Social Credit Code (GB 32100), where known.</summary>
    public string? CreditCode { get; init; }

    /// <summary>机关代字 under which the office numbers its documents, such as 京政发; several are usual.</summary>
    public IReadOnlyList<string> AgencyCodes { get; init; } = [];

    public string? Region { get; init; }

    public PartyId? Parent { get; init; }

    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The node that keeps the office's keys and mailbox; null until it is enrolled.</summary>
    public PartyId? HostedBy { get; init; }

    public string? DutyTelephone { get; init; }

    public IReadOnlyList<BoundCertificate> Certificates { get; init; } = [];

    public IReadOnlyList<OfficeSeal> Seals { get; init; } = [];

    public Period Period { get; init; } = new(DateTimeOffset.UnixEpoch);
}

/// <summary>A group that stands for its members when a document is addressed (各区县).</summary>
public sealed record OfficeGroup(string Id, string Name);

/// <summary>The key a node cosigns checkpoints with (C2SP tlog-cosignature); its name is the node's id.</summary>
public sealed record BoundWitnessKey(NoteVerifier Key, Period Period);

/// <summary>A machine of the exchange: a node, or the hub.</summary>
public sealed record Machine(PartyId Id, string Name, IReadOnlyList<BoundCertificate> Certificates)
{
    public IReadOnlyList<BoundWitnessKey> WitnessKeys { get; init; } = [];

    /// <summary>The witness key that counts now; null where the node has none.</summary>
    public NoteVerifier? WitnessKey => WitnessKeys.FirstOrDefault(bound => bound.Period.Until is null)?.Key;
}

/// <summary>That <paramref name="Agent"/> dispatches for <paramref name="Principal"/> (办公厅 for 市政府).</summary>
public sealed record ActsFor(PartyId Agent, PartyId Principal, Period Period);

/// <summary>
/// That <paramref name="Successor"/> took over what <paramref name="Predecessor"/> did (机构改革). It gives no rights: documents
/// stay with those that were party to them.
/// </summary>
public sealed record Succeeds(PartyId Successor, PartyId Predecessor, Period Period);
