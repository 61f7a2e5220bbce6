using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Offices;

/// <summary>What an import does to the offices of the directory; offices that come back count as changed.</summary>
internal sealed record ImportChanges(IReadOnlyList<Office> Added, IReadOnlyList<Office> Changed, IReadOnlyList<Office> Ended)
{
    private const int Told = 50;

    /// <summary>Names the offices that end, and no others: what a person agreed to.</summary>
    public string Consent => Digest.Of(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Ended.Select(office => office.Id.ToString()).Order(StringComparer.Ordinal)))).ToString();

    public static ImportChanges Between(OfficeDirectory before, OfficeDirectory after)
    {
        var (relationsBefore, relationsAfter) = (Relations(before), Relations(after));
        List<Office> added = [], changed = [], ended = [];
        foreach (var office in after.Offices)
        {
            if (before.Find(office.Id) is not { } known)
            {
                added.Add(office);
            }
            else if (known.Period.Until is null && office.Period.Until is not null)
            {
                ended.Add(office);
            }
            else if (!IsSame(known, office) || !relationsBefore[office.Id].SequenceEqual(relationsAfter[office.Id], StringComparer.Ordinal))
            {
                changed.Add(office);
            }
        }

        return new ImportChanges(added, changed, ended);
    }

    /// <exception cref="ImportRefusedException">Offices would end that nobody agreed to end; they are named.</exception>
    public void RequireConsent(bool mayEnd)
    {
        if (Ended.Count == 0 || mayEnd)
        {
            return;
        }

        var told = Ended.Take(Told).ToList();
        var further = Ended.Count - told.Count;
        throw new ImportRefusedException(
            Refusal.Disagreement,
            $"未导入：文件未列出目录中的 {Ended.Count} 个单位，导入后将自今日起撤销：{string.Join('、', told.Select(office => $"{office.Name}（{office.Id.Local}）"))}{(further > 0 ? $"，另有 {further} 个" : "")}。请补全文件；确要撤销的，命令行加 --end-missing，网页上再次确认。",
            $"Not imported: the file does not name {Ended.Count} offices of the directory, which would end today: {string.Join(", ", told.Select(office => $"{office.Name} ({office.Id.Local})"))}{(further > 0 ? $", and {further} more" : "")}. "
                + "Complete the file; or, if they are to end, repeat with --end-missing, on the page by confirming.",
            new Dictionary<string, string> { ["ended"] = $"{Ended.Count}" })
        {
            Unagreed = this,
        };
    }

    private static bool IsSame(Office left, Office right) =>
        (left.Name, left.ShortName, left.CreditCode, left.Region, left.Parent, left.DutyTelephone, left.Period) == (right.Name, right.ShortName, right.CreditCode, right.Region, right.Parent, right.DutyTelephone, right.Period)
        && left.AgencyCodes.SequenceEqual(right.AgencyCodes)
        && left.Groups.SequenceEqual(right.Groups);

    private static ILookup<PartyId, string> Relations(OfficeDirectory directory) =>
        directory.Relations.Where(each => each.Period.Until is null).Select(each => (Of: each.Agent, Text: $"for {each.Principal}"))
            .Concat(directory.Successions.Where(each => each.Period.Until is null).Select(each => (Of: each.Successor, Text: $"after {each.Predecessor}")))
            .OrderBy(each => each.Text, StringComparer.Ordinal)
            .ToLookup(each => each.Of, each => each.Text);
}
