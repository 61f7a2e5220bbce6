using System.Globalization;
using DocExchange.Core.Refusals;
using DocExchange.Durability.Auditing;

namespace DocExchange.Pages.Auditing;

/// <summary>A deed between two lines of the audit trail: what is asked, before it is done, then what became of it.</summary>
public static class AuditedDeed
{
    /// <param name="append">Writes a line and returns its number; where the first cannot be written, nothing is done.</param>
    /// <param name="concluding">Writes the line that it is done.</param>
    /// <param name="outcome">What it led to that the line is to say, such as the id of what was made; null for nothing.</param>
    public static async Task<T> RecordAsync<T>(
        Func<AuditedAct, long> append, Action<AuditedAct> concluding, AuditedAct asked, Func<Task<T>> deed, Func<T, IReadOnlyDictionary<string, string>>? outcome = null)
    {
        // Said again with what became of it, so that whoever searches for an account or office finds both lines.
        var after = new Dictionary<string, string>(asked.What) { ["of"] = append(asked).ToString(CultureInfo.InvariantCulture) };
        T answer;
        try
        {
            answer = await deed();
        }
        catch (Exception fault)
        {
            append(NotDone(asked, after, fault));
            throw;
        }

        // Outside: that this line cannot be written refuses nothing, for it is done.
        concluding(asked with { Step = "done", What = outcome is null ? after : new Dictionary<string, string>(after.Concat(outcome(answer))) });
        return answer;
    }

    // Refused with its reason and why in both languages, or failed.
    private static AuditedAct NotDone(AuditedAct asked, IReadOnlyDictionary<string, string> what, Exception fault) => fault is RefusedException refused
        ? asked with
        {
            Step = "refused",
            What = new Dictionary<string, string>(what) { [TrailEntry.Why] = $"{refused.Refusal.ToReason()}: {refused.Message}", [TrailEntry.WhyEnglish] = $"{refused.Refusal.ToReason()}: {refused.English}" },
        }
        : asked with { Step = "failed", What = new Dictionary<string, string>(what) { [TrailEntry.Why] = fault.GetType().Name } };
}
