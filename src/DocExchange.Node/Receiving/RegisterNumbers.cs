using DocExchange.Core.Refusals;
using DocExchange.Node.Records;

namespace DocExchange.Node.Receiving;

/// <summary>收文编号 of the offices here: suggests the next, and keeps two documents of one office from having the same.</summary>
internal sealed class RegisterNumbers(NodeRecords records, ReceivedLines lines)
{
    public NumberForm FormOf(string office) => records.Numberings.FindById(office) is { } row ? NumberForm.Parse(row.Form) : NumberForm.Default;

    public void Choose(string office, string form)
    {
        var chosen = NumberForm.Parse(form);
        records.Write(() => records.Numberings.Upsert(new NumberingRow { Id = office, Form = chosen.Text }));
    }

    /// <summary>The number after the highest of the year in which the document was signed for.</summary>
    public string Suggest(ReceivedRow row)
    {
        var year = lines.YearOf(row.SignedForAt ?? row.ReceivedAt);
        var (first, last) = (ReceivedKeys.Sequence(row.Office, year, 0), ReceivedKeys.Sequence(row.Office, year, 999_999_999_999));
        var highest = records.Received.Query()
            .Where("$.Sequence BETWEEN @0 AND @1", first, last)
            .OrderByDescending("$.Sequence")
            .Limit(1)
            .ToEnumerable()
            .FirstOrDefault();
        var number = highest?.Sequence is { } key ? long.Parse(key.AsSpan(key.LastIndexOf('|') + 1), System.Globalization.CultureInfo.InvariantCulture) : 0;
        return FormOf(row.Office).Write(year, number + 1);
    }

    /// <exception cref="RefusedException">Another document of the office has it.</exception>
    public void RequireFree(ReceivedRow row, string number)
    {
        var key = $"{row.Office}|{number.Trim()}";
        if (records.Received.Find(other => other.Numbered == key).FirstOrDefault(other => other.Id != row.Id) is { } taken)
        {
            throw new RefusedException(
                Refusal.NumberTaken,
                $"收文编号 {number.Trim()} 已用于《{taken.Title}》，请换一个编号。",
                $"The register number {number.Trim()} belongs to '{taken.Title}' already. Choose another.");
        }
    }
}
