using DocExchange.Durability;
using DocExchange.Durability.Auditing;

namespace DocExchange.Pages.Auditing;

/// <summary>What whoever owns a data folder does to it by command while nothing runs on it: asked for in the audit trail before it is done, then what became of it.</summary>
public static class OwnerAct
{
    // The account this process runs under.
    private static string Who => Environment.UserName;

    /// <param name="trail">Path of the audit trail; made where there is none.</param>
    /// <param name="what">The particulars; never a password or token.</param>
    /// <exception cref="IOException">The trail cannot be written: nothing was done.</exception>
    /// <param name="outcome">What the line that it is done says besides.</param>
    public static async Task<T> RecordAsync<T>(string trail, string act, IReadOnlyDictionary<string, string> what, Func<Task<T>> deed, Func<T, IReadOnlyDictionary<string, string>>? outcome = null)
    {
        using var lines = AuditTrail.Open(trail, new LocalDisk(), TimeProvider.System);
        return await RecordAsync(lines, act, what, deed, outcome);
    }

    /// <inheritdoc cref="RecordAsync{T}(string, string, IReadOnlyDictionary{string, string}, Func{Task{T}}, Func{T, IReadOnlyDictionary{string, string}}?)"/>
    /// <param name="lines">The trail, open already.</param>
    public static async Task<T> RecordAsync<T>(AuditTrail lines, string act, IReadOnlyDictionary<string, string> what, Func<Task<T>> deed, Func<T, IReadOnlyDictionary<string, string>>? outcome = null)
    {
        return await AuditedDeed.RecordAsync(lines.Append, Conclude, new AuditedAct(act, Who, "asked", what), deed, outcome);

        void Conclude(AuditedAct done)
        {
            try
            {
                lines.Append(done);
            }
            catch (IOException)
            {
                // It is done, and its answer, such as a password, is nowhere else; the trail has that it was asked for.
            }
        }
    }

    /// <summary>One line, of what is done already.</summary>
    public static void Note(string trail, string act, IReadOnlyDictionary<string, string> what)
    {
        using var lines = AuditTrail.Open(trail, new LocalDisk(), TimeProvider.System);
        lines.Append(new AuditedAct(act, Who, "done", what));
    }

    /// <summary>The same for what is done at once.</summary>
    public static T Record<T>(string trail, string act, IReadOnlyDictionary<string, string> what, Func<T> deed, Func<T, IReadOnlyDictionary<string, string>>? outcome = null) =>
        RecordAsync(trail, act, what, () => Task.FromResult(deed()), outcome).GetAwaiter().GetResult();

    /// <summary>The same for what is done at once and gives nothing back.</summary>
    public static void Record(string trail, string act, IReadOnlyDictionary<string, string> what, Action deed) => Record(trail, act, what, () =>
    {
        deed();
        return true;
    });
}
