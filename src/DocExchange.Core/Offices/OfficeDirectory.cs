using System.Collections.Frozen;
using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Merkle;

namespace DocExchange.Core.Offices;

/// <summary>Whose certificate it is, and for what.</summary>
public sealed record Binding(PartyId Holder, BoundCertificate Bound);

/// <summary>
/// One version of the 机构目录: every office, machine, group and relation, and the certificates that count for them.
/// Immutable. A hub statement (DirectoryPublished) names the SHA-256 of its XML form.
/// </summary>
public sealed class OfficeDirectory
{
    private readonly FrozenDictionary<PartyId, Office> offices;
    private readonly FrozenDictionary<PartyId, Machine> machines;
    private readonly ILookup<Digest, Binding> bindings;
    private readonly Lazy<ILookup<string, PartyId>> names;
    private readonly Lazy<ILookup<string, PartyId>> codes;

    /// <exception cref="ArgumentException">Two entries carry the same id, or an entry names one that does not exist.</exception>
    public OfficeDirectory(
        string exchange,
        long version,
        DateTimeOffset publishedAt,
        IReadOnlyList<Office> offices,
        IReadOnlyList<Machine> machines,
        IReadOnlyList<OfficeGroup> groups,
        IReadOnlyList<ActsFor> relations,
        IReadOnlyList<Certificate> authorities)
    {
        Exchange = exchange;
        Version = version;
        PublishedAt = publishedAt;
        Offices = offices;
        Machines = machines;
        Groups = groups;
        Relations = relations;
        Authorities = authorities;
        this.offices = Index(offices, office => office.Id);
        this.machines = Index(machines, machine => machine.Id);
        CheckReferences();
        bindings = offices.SelectMany(office => office.Certificates.Select(bound => new Binding(office.Id, bound)))
            .Concat(machines.SelectMany(machine => machine.Certificates.Select(bound => new Binding(machine.Id, bound))))
            .ToLookup(binding => binding.Bound.Certificate.Fingerprint);
        names = new(() => offices.ToLookup(office => SealHolder.Narrow(office.Name), office => office.Id));
        codes = new(() => offices.Where(office => office.CreditCode is not null).ToLookup(office => office.CreditCode!, office => office.Id));
    }

    public string Exchange { get; }

    /// <summary>From 1, without gaps.</summary>
    public long Version { get; }

    public DateTimeOffset PublishedAt { get; }

    public IReadOnlyList<Office> Offices { get; }

    public IReadOnlyList<Machine> Machines { get; }

    public IReadOnlyList<OfficeGroup> Groups { get; }

    public IReadOnlyList<ActsFor> Relations { get; }

    /// <summary>The roots and issuing authorities whose certificates the exchange accepts.</summary>
    public IReadOnlyList<Certificate> Authorities { get; }

    /// <summary>The administrators of the exchange, former ones included.</summary>
    public IReadOnlyList<Administrator> Administrators { get; init; } = [];

    /// <summary>Who succeeds whom, former relations included.</summary>
    /// <exception cref="ArgumentException">One names an unknown office, or an office would succeed itself.</exception>
    public IReadOnlyList<Succeeds> Successions
    {
        get;
        init
        {
            field = value;
            CheckSuccessions();
        }
    } = [];

    public Office? Find(PartyId id) => offices.GetValueOrDefault(id);

    /// <exception cref="RefusedException">The office has no such seal; its numbers are named.</exception>
    public OfficeSeal RequireSeal(PartyId office, string esId)
    {
        var seals = Find(office)?.Seals ?? [];
        return seals.FirstOrDefault(seal => seal.EsId == esId) ?? throw new RefusedException(
            Refusal.NotFound,
            $"{office} 没有编号为 {esId} 的印章；目录中有：{(seals.Count == 0 ? "无" : string.Join('、', seals.Select(seal => $"{seal.EsId}（{seal.Name}）")))}。",
            $"{office} has no seal {esId}. The directory has: {(seals.Count == 0 ? "none" : string.Join(", ", seals.Select(seal => $"{seal.EsId} ({seal.Name})")))}.");
    }

    /// <summary>The offices of that full name, in whatever width of letters.</summary>
    /// <param name="name">As <see cref="SealHolder.Narrow"/> gives it.</param>
    public IEnumerable<PartyId> Called(string name) => names.Value[name];

    /// <summary>The offices with that credit code.</summary>
    public IEnumerable<PartyId> Coded(UnifiedSocialCreditCode code) => codes.Value[code.ToString()];

    public Machine? FindMachine(PartyId id) => machines.GetValueOrDefault(id);

    /// <summary>The offices whose keys and mailboxes a node keeps.</summary>
    public IEnumerable<Office> HostedBy(PartyId node) => Offices.Where(office => office.HostedBy == node);

    public IEnumerable<Office> MembersOf(string group, DateTimeOffset time) =>
        Offices.Where(office => office.Groups.Contains(group) && office.Period.Contains(time));

    /// <summary>Whose certificate this is for that use at that time; null when it is bound to nobody.</summary>
    public PartyId? HolderOf(Digest certificate, CertificateUse use, DateTimeOffset time) =>
        bindings[certificate].FirstOrDefault(binding => binding.Bound.Use == use && binding.Bound.Period.Contains(time))?.Holder;

    /// <summary>Whether the agent is the principal itself, or may dispatch for it at that time.</summary>
    public bool MayActFor(PartyId agent, PartyId principal, DateTimeOffset time) =>
        agent == principal || Relations.Any(relation => relation.Agent == agent && relation.Principal == principal && relation.Period.Contains(time));

    /// <summary>Those whose successor the office is at that time, and those whose successors these are, the nearest first.</summary>
    public IReadOnlyList<PartyId> PredecessorsOf(PartyId office, DateTimeOffset time)
    {
        var predecessors = Successions.Where(each => each.Period.Contains(time)).ToLookup(each => each.Successor, each => each.Predecessor);
        List<PartyId> found = [office];
        HashSet<PartyId> seen = [office];
        for (var at = 0; at < found.Count; at++)
        {
            found.AddRange(predecessors[found[at]].Where(seen.Add));
        }

        return found[1..];
    }

    /// <summary>The same directory with other contents and the next version number.</summary>
    public OfficeDirectory Next(
        DateTimeOffset publishedAt,
        IReadOnlyList<Office>? offices = null,
        IReadOnlyList<Machine>? machines = null,
        IReadOnlyList<OfficeGroup>? groups = null,
        IReadOnlyList<ActsFor>? relations = null,
        IReadOnlyList<Certificate>? authorities = null,
        IReadOnlyList<Administrator>? administrators = null,
        IReadOnlyList<Succeeds>? successions = null) =>
        new(Exchange, Version + 1, publishedAt, offices ?? Offices, machines ?? Machines, groups ?? Groups, relations ?? Relations, authorities ?? Authorities)
        {
            Administrators = administrators ?? Administrators,
            Successions = successions ?? Successions,
        };

    private static FrozenDictionary<PartyId, T> Index<T>(IReadOnlyList<T> items, Func<T, PartyId> id)
    {
        var twice = items.GroupBy(id).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? items.ToFrozenDictionary(id)
            : throw new WordedArgumentException($"编号“{twice.Key}”重复出现，每个单位和节点须有各自的编号。", $"'{twice.Key}' stands in the directory twice. Give each party an id of its own.");
    }

    private void CheckReferences()
    {
        var problems = Offices.Where(office => office.Parent is { } parent && Find(parent) is null).Select(office => ($"“{office.Id}”的上级单位“{office.Parent}”不存在", $"'{office.Id}' has the unknown parent '{office.Parent}'"))
            .Concat(Offices.Where(office => office.HostedBy is { } node && FindMachine(node) is null).Select(office => ($"承载“{office.Id}”的节点“{office.HostedBy}”不存在", $"'{office.Id}' is hosted by the unknown node '{office.HostedBy}'")))
            .Concat(Offices.SelectMany(office => office.Groups.Where(group => Groups.All(known => known.Id != group)).Select(group => ($"“{office.Id}”所属的分组“{group}”不存在", $"'{office.Id}' is in the unknown group '{group}'"))))
            .Concat(Relations.Where(relation => Find(relation.Agent) is null || Find(relation.Principal) is null).Select(relation => ($"“{relation.Agent}”代“{relation.Principal}”发文：其中有不存在的单位", $"'{relation.Agent}' acting for '{relation.Principal}' names an unknown office")))
            .Concat(WitnessKeyProblems())
            .ToList();
        RequireNone(problems);
    }

    private static void RequireNone(List<(string Chinese, string English)> problems)
    {
        if (problems.Count > 0)
        {
            throw new WordedArgumentException(
                "机构目录自相矛盾：" + string.Join("；", problems.Take(20).Select(each => each.Chinese)) + "。",
                "The directory contradicts itself: " + string.Join("; ", problems.Take(20).Select(each => each.English)) + ".");
        }
    }

    private void CheckSuccessions()
    {
        var problems = Successions.Where(each => Find(each.Successor) is null || Find(each.Predecessor) is null).Select(each => ($"“{each.Successor}”承继“{each.Predecessor}”：其中有不存在的单位", $"'{each.Successor}' succeeding '{each.Predecessor}' names an unknown office"))
            .Concat(Circular([.. Successions.Where(each => each.Period.Until is null)]).Select(each => ($"“{each.Successor}”经“{each.Predecessor}”成了自己的承继者", $"'{each.Successor}' would succeed itself, by way of '{each.Predecessor}'")))
            .ToList();
        RequireNone(problems);
    }

    // What is left when everything is taken away that leads into no circle, or out of none.
    private static List<Succeeds> Circular(List<Succeeds> open) =>
        Peel(Peel(open, each => each.Successor, each => each.Predecessor), each => each.Predecessor, each => each.Successor);

    private static List<Succeeds> Peel(List<Succeeds> relations, Func<Succeeds, PartyId> from, Func<Succeeds, PartyId> to)
    {
        var incoming = relations.GroupBy(to).ToDictionary(group => group.Key, group => group.Count());
        var outgoing = relations.ToLookup(from);
        var peeled = new HashSet<Succeeds>(ReferenceEqualityComparer.Instance);
        var free = new Queue<PartyId>(outgoing.Select(group => group.Key).Where(office => !incoming.ContainsKey(office)));
        while (free.TryDequeue(out var office))
        {
            foreach (var relation in outgoing[office].Where(peeled.Add))
            {
                if (--incoming[to(relation)] == 0)
                {
                    free.Enqueue(to(relation));
                }
            }
        }

        return [.. relations.Where(relation => !peeled.Contains(relation))];
    }

    // A key under two names would count twice: what is cosigned does not say who cosigns (tlog-cosignature).
    private IEnumerable<(string Chinese, string English)> WitnessKeyProblems()
    {
        var keys = Machines.SelectMany(machine => machine.WitnessKeys.Select(bound => (machine.Id, bound.Key))).ToList();
        return keys.Where(each => each.Key.Type != NoteKeyType.Cosignature || each.Key.Name != each.Id.ToString())
            .Select(each => ($"“{each.Id}”的见证密钥是“{each.Key}”", $"the witness key of '{each.Id}' is '{each.Key}'"))
            .Concat(keys.GroupBy(each => Convert.ToHexStringLower(each.Key.PublicKey.Span)).Where(same => same.Select(each => each.Id).Distinct().Count() > 1)
                .Select(same => ($"“{string.Join("”和“", same.Select(each => each.Id))}”的见证密钥相同", $"'{string.Join("' and '", same.Select(each => each.Id))}' have the same witness key")));
    }
}
