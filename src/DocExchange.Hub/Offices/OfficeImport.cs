using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Core.Refusals;
using DocExchange.Trust.Faults;
using Microsoft.VisualBasic.FileIO;

namespace DocExchange.Hub.Offices;

/// <param name="Line">Counted from 1; 0: the file as a whole.</param>
internal sealed record WrongLine(long Line, string Chinese, string English);

/// <summary>
/// Offices from a CSV file (RFC 4180, UTF-8). Each line begins with what it is:
/// <code>
/// group,id,name
/// office,id,name,shortName,creditCode,agencyCodes,region,parent,groups,actsFor,dutyTelephone[,succeeds]
/// </code>
/// Several agency codes, groups, principals and predecessors are separated by semicolons; lines that begin with # are skipped.
/// A line without the last field leaves the office's predecessors as they are. Keys, seals and hosting of offices that stay are kept; an office that is no longer named ends today
/// (<see cref="ImportChanges.RequireConsent"/>). A file without any office is refused.
/// </summary>
internal static class OfficeImport
{
    private const int MaxOffices = 10_000;
    private const int OfficeFields = 11;
    private const int Told = 50;
    private const int MostProblems = 1_000;
    private const int LongestLine = 16 * 1024;
    private const int MostQuotedLines = 100;
    private const int MostSkippedLines = 1_000;
    private const int MostSkippedBytes = 16 * 1024;

    /// <exception cref="ImportRefusedException">All that is wrong with the file, line by line.</exception>
    public static OfficeDirectory Apply(OfficeDirectory current, byte[] csv, DateTimeOffset now)
    {
        List<WrongLine> problems = [];
        return TryApply(current, csv, now, problems) ?? throw Refuse(problems);
    }

    private static OfficeDirectory? TryApply(OfficeDirectory current, byte[] csv, DateTimeOffset now, List<WrongLine> problems)
    {
        List<OfficeGroup> groups = [];
        List<Office> offices = [];
        List<ActsFor> relations = [];
        List<(PartyId Successor, PartyId[] Predecessors)> successions = [];
        foreach (var (line, fields) in Lines(csv, problems))
        {
            try
            {
                Read(fields, current, now, groups, offices, relations, successions);
            }
            catch (FormatException fault)
            {
                problems.Add(new WrongLine(line, WithoutStop(FaultWords.Of(fault)), fault.Message));
            }
        }

        if (problems.Count >= MostProblems)
        {
            problems.Add(new WrongLine(0, "错误过多，其余各行未检查", "there is too much wrong; the lines after these were not looked at"));
        }

        if (offices.Count > MaxOffices)
        {
            problems.Add(new WrongLine(0, $"共 {offices.Count} 个单位，最多 {MaxOffices} 个", $"{offices.Count} offices, at most {MaxOffices}"));
        }

        if (offices.Count == 0 && problems.Count == 0)
        {
            problems.Add(new WrongLine(0, "文件中没有任何单位", "the file names no office"));
        }

        try
        {
            var gone = current.Offices.Where(office => offices.All(kept => kept.Id != office.Id)).Select(office => End(office, now));
            return problems.Count > 0 ? null : current.Next(now, [.. offices, .. gone], null, Merge(current.Groups, groups), Keep(current.Relations, relations, now), successions: Keep(current.Successions, successions, now));
        }
        catch (ArgumentException fault)
        {
            problems.Add(new WrongLine(0, WithoutStop(FaultWords.Of(fault)), fault.Message));
            return null;
        }
    }

    private static IEnumerable<(long Line, string[] Fields)> Lines(byte[] csv, List<WrongLine> problems)
    {
        if ((FindForeign(csv) ?? FindTooLong(csv)) is { } unread)
        {
            problems.Add(unread);
            yield break;
        }

        using var parser = new TextFieldParser(new MemoryStream(csv), System.Text.Encoding.UTF8) { CommentTokens = ["#"], HasFieldsEnclosedInQuotes = true };
        parser.SetDelimiters(",");
        var end = csv.Count(each => each == '\n') + (csv is [.., not (byte)'\n'] ? 2 : 1);
        while (!parser.EndOfData && problems.Count < MostProblems)
        {
            string[]? fields = null;
            try
            {
                fields = parser.ReadFields();
            }
            catch (MalformedLineException fault)
            {
                problems.Add(new WrongLine(fault.LineNumber, "引号未闭合", "a quotation mark is not closed"));
            }

            if (fields is not null)
            {
                // Of the line after the record, since comments before it are counted to it; -1 is the end of the file.
                var next = parser.LineNumber < 0 ? end : parser.LineNumber;
                yield return (next - 1 - fields.Sum(field => field.Count(each => each == '\n')), fields);
            }
        }
    }

    private static WrongLine? FindForeign(byte[] csv) => ListText.FaultOf(csv) is var (line, chinese, english) ? new WrongLine(line, chinese, "the line " + english) : null;

    /// <summary>The parser's work grows with a line's fields, and with the square of the lines within one pair of quotation marks, and of those it skips in a row.</summary>
    private static WrongLine? FindTooLong(ReadOnlySpan<byte> csv)
    {
        var (line, quotedSince) = (1, 0);
        var (skipped, skippedBytes) = (0, 0);
        foreach (var range in csv.Split((byte)'\n'))
        {
            var text = csv[range];
            if (text.Length > LongestLine)
            {
                return new WrongLine(line, $"一行超过 {LongestLine} 字节", $"the line is longer than {LongestLine} bytes");
            }

            var isSkipped = quotedSince == 0 && (text.TrimEnd(" \t\r"u8).IsEmpty || text.StartsWith("#"u8));
            var returns = text.Count((byte)'\r');
            (skipped, skippedBytes) = isSkipped ? (skipped + 1 + returns, skippedBytes + text.Length) : (returns, 0);
            if (skipped > MostSkippedLines || skippedBytes > MostSkippedBytes)
            {
                return new WrongLine(line, "连续的空行或注释过多", "there are too many empty lines and comments in a row");
            }

            if (quotedSince > 0 && line - quotedSince > MostQuotedLines)
            {
                return new WrongLine(quotedSince, "引号未闭合", "a quotation mark is not closed");
            }

            if ((quotedSince > 0 || !text.StartsWith("#"u8)) && text.Count((byte)'"') % 2 == 1)
            {
                quotedSince = quotedSince > 0 ? 0 : line;
            }

            line++;
        }

        return null;
    }

    private static void Read(string[] fields, OfficeDirectory current, DateTimeOffset now, List<OfficeGroup> groups, List<Office> offices, List<ActsFor> relations, List<(PartyId Successor, PartyId[] Predecessors)> successions)
    {
        switch (fields)
        {
            case ["group", var id, var name, ..] when id.Length > 0 && name.Length > 0:
                groups.Add(new OfficeGroup(id, name));
                break;
            case ["group", ..]:
                throw new WordedFormatException("分组须有编号和名称", "a group has an id and a name");
            case ["office", ..] when fields.Length is OfficeFields or OfficeFields + 1:
                var office = ReadOffice(fields, current, now);
                offices.Add(office);
                relations.AddRange(Many(fields[9]).Select(principal => new ActsFor(office.Id, PartyId.Parse(principal, current.Exchange), new Period(now))));
                if (fields.Length > OfficeFields)
                {
                    successions.Add((office.Id, [.. Many(fields[OfficeFields]).Select(predecessor => PartyId.Parse(predecessor, current.Exchange))]));
                }

                break;
            case ["office", ..]:
                throw new WordedFormatException($"单位应有 {OfficeFields} 或 {OfficeFields + 1} 个字段，实有 {fields.Length} 个", $"an office has {OfficeFields} or {OfficeFields + 1} fields, not {fields.Length}");
            default:
                throw new WordedFormatException($"“{fields[0]}”不是 group 或 office", $"'{fields[0]}' is neither group nor office");
        }
    }

    private static Office ReadOffice(string[] fields, OfficeDirectory current, DateTimeOffset now)
    {
        var id = PartyId.Parse(fields[1], current.Exchange);
        if (id.IsMachine || id.Exchange != current.Exchange || fields[2].Length is 0 or > 100)
        {
            throw new WordedFormatException($"单位编号“{fields[1]}”有误，或名称不是 1 至 100 个字符", $"'{fields[1]}' is not the id of an office of {current.Exchange} with a name of 1 to 100 characters");
        }

        var known = current.Find(id) ?? new Office(id, "", "") { Period = new Period(now) };
        return known with
        {
            Name = fields[2],
            ShortName = fields[3].Length > 0 ? fields[3] : fields[2],
            CreditCode = Optional(fields[4]),
            AgencyCodes = Many(fields[5]),
            Region = Optional(fields[6]),
            Parent = Optional(fields[7]) is { } parent ? PartyId.Parse(parent, current.Exchange) : null,
            Groups = Many(fields[8]),
            DutyTelephone = Optional(fields[10]),
            Period = known.Period with { Until = null },
        };
    }

    private static Office End(Office office, DateTimeOffset now) => office.Period.Until is null ? office with { Period = office.Period with { Until = now } } : office;

    private static List<OfficeGroup> Merge(IReadOnlyList<OfficeGroup> old, List<OfficeGroup> read) =>
        [.. read, .. old.Where(group => read.All(kept => kept.Id != group.Id))];

    private static List<ActsFor> Keep(IReadOnlyList<ActsFor> old, List<ActsFor> read, DateTimeOffset now) =>
    [
        .. old.Select(relation => relation.Period.Until is null && !read.Any(each => Same(each, relation)) ? relation with { Period = relation.Period with { Until = now } } : relation),
        .. read.Where(relation => !old.Any(each => Same(each, relation) && each.Period.Until is null)),
    ];

    // What an office's line does not speak of stays, of offices that ended too.
    private static List<Succeeds> Keep(IReadOnlyList<Succeeds> old, List<(PartyId Successor, PartyId[] Predecessors)> read, DateTimeOffset now) =>
    [
        .. old.Select(each => each.Period.Until is null && read.Any(line => line.Successor == each.Successor && !line.Predecessors.Contains(each.Predecessor))
            ? each with { Period = each.Period with { Until = now } } : each),
        .. read.SelectMany(line => line.Predecessors.Distinct().Where(predecessor => !old.Any(each => each.Successor == line.Successor && each.Predecessor == predecessor && each.Period.Until is null))
            .Select(predecessor => new Succeeds(line.Successor, predecessor, new Period(now)))),
    ];

    private static bool Same(ActsFor left, ActsFor right) => left.Agent == right.Agent && left.Principal == right.Principal;

    private static string[] Many(string field) => field.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string? Optional(string field) => field.Length > 0 ? field : null;

    private static string WithoutStop(string sentence) => sentence.TrimEnd('。');

    private static ImportRefusedException Refuse(IReadOnlyList<WrongLine> problems)
    {
        var (told, further) = (problems.Take(Told).ToList(), problems.Count - Told);
        return new ImportRefusedException(
            Refusal.FormatFailure,
            "机构目录文件有误，未导入。逐行说明：" + string.Join("；", told.Select(each => $"{(each.Line == 0 ? "整个文件" : $"第 {each.Line} 行")}：{each.Chinese}")) + (further > 0 ? $"；另有 {further} 处" : ""),
            "The office file was not imported. Line by line: " + string.Join("; ", told.Select(each => $"{(each.Line == 0 ? "the file" : each.Line)}: {each.English}")) + (further > 0 ? $"; and {further} more" : ""))
        {
            Problems = problems,
        };
    }
}
