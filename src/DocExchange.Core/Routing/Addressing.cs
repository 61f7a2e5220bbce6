using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;

namespace DocExchange.Core.Routing;

/// <summary>Whom a document is for, as a dispatcher says it: offices and groups, 主送 and 抄送 apart, minus exclusions.</summary>
public sealed record Addressing(IReadOnlyList<string> Main, IReadOnlyList<string> Copies, IReadOnlyList<string> Exclude)
{
    /// <summary>
    /// The offices this stands for in one directory version. An office named both ways is 主送 once; the sender itself
    /// is left out of groups.
    /// </summary>
    /// <exception cref="RefusedException">A name matches neither an office nor a group, or nobody is left.</exception>
    public RecipientList Expand(OfficeDirectory directory, PartyId sender, DateTimeOffset time)
    {
        var excluded = Exclude.Select(name => Office(directory, name, time)).ToHashSet();
        var main = Expand(directory, Main, sender, time).Where(id => !excluded.Contains(id)).Distinct().ToList();
        var copies = Expand(directory, Copies, sender, time).Where(id => !excluded.Contains(id) && !main.Contains(id)).Distinct().ToList();
        return main.Count > 0
            ? new RecipientList(main, copies)
            : throw new RefusedException(Refusal.UnknownRecipient, "没有主送单位。请至少选择一个主送单位。", "Nobody is addressed. Name at least one main recipient.");
    }

    private static IEnumerable<PartyId> Expand(OfficeDirectory directory, IReadOnlyList<string> names, PartyId sender, DateTimeOffset time) =>
        names.SelectMany(name => Group(directory, name) is { } group
            ? directory.MembersOf(group.Id, time).Select(office => office.Id).Where(id => id != sender)
            : [Office(directory, name, time)]);

    private static OfficeGroup? Group(OfficeDirectory directory, string name) =>
        directory.Groups.FirstOrDefault(group => group.Id == name || group.Name == name);

    private static PartyId Office(OfficeDirectory directory, string name, DateTimeOffset time)
    {
        var office = PartyId.TryParse(name.Contains('/') ? name : $"{directory.Exchange}/{name}") is { } id ? directory.Find(id) : null;
        office ??= directory.Offices.FirstOrDefault(known => known.Name == name || known.ShortName == name);
        return office is not null && office.Period.Contains(time)
            ? office.Id
            : throw new RefusedException(
                Refusal.UnknownRecipient,
                $"机构目录第 {directory.Version} 版中没有单位或分组“{name}”。请从机构目录中选择。",
                $"Directory version {directory.Version} has no office or group '{name}'. Choose one from the directory.");
    }
}
