using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Pages.Monitoring;
using DocExchange.Trust.Digests;

namespace DocExchange.Node.Records;

/// <summary>
/// Raises alarms: logged, kept with their evidence, shown until people have looked into them and closed them. What has just
/// happened is raised anew though the same was closed before; what still stands, and was closed, is not. Safe for concurrent use.
/// </summary>
internal sealed partial class AlarmBell(NodeRecords records, TimeProvider time, ILogger<AlarmBell> logger)
{
    /// <summary>Characters of what people say when they close an alarm.</summary>
    public const int MostNote = 2_000;

    private const int MaxShown = 100;
    private const string OfWorry = "worry:";
    private const string OfSeal = "seal:";

    /// <summary>Something happened.</summary>
    /// <param name="key">Names the matter: while it is open it is not raised twice.</param>
    public void Raise(string key, string chinese, string english, params IEnumerable<byte[]> evidence)
    {
        var alarm = new Alarm(key, chinese, english, [.. evidence]);
        if (records.Write(() => RaiseIf(alarm, known => known.All(row => row.IsClosed))))
        {
            LogAlarm(english);
        }
    }

    /// <summary>
    /// Something is so, as was found again and again. Each is raised once, closed or not. One that is no longer so stays until it
    /// is closed, and is raised again when it is so once more.
    /// </summary>
    /// <param name="kind">How the keys of all of this kind begin.</param>
    public void Stand(string kind, IReadOnlyList<Alarm> standing)
    {
        List<Alarm> raised = [];
        records.Write(() =>
        {
            foreach (var over in OfKind(kind).Where(row => row.IsClosed && standing.All(alarm => alarm.ShortKey != row.Key)))
            {
                over.Key = $"over {over.Id} {over.Key}";
                records.Alarms.Update(over);
            }

            raised.AddRange(standing.Where(alarm => RaiseIf(alarm, known => known.Count == 0)));
        });
        raised.ForEach(alarm => LogAlarm(alarm.English));
    }

    /// <summary>Has exactly these worries among the alarms: what is no worry any more disappears by itself. Whoever found them logs them.</summary>
    public void Keep(IReadOnlyList<Worry> worries) => Keep(OfWorry, worries);

    /// <summary>Has exactly these among the alarms on seals that could not be had: they disappear by themselves.</summary>
    public void KeepOfSeals(IReadOnlyList<Worry> worries) => Keep(OfSeal, worries).ForEach(worry => LogAlarm(worry.English));

    /// <summary>Open ones, newest first; at most 100.</summary>
    public IReadOnlyList<AlarmRow> Newest() => [.. records.Alarms.Query().OrderByDescending(row => row.Id).ToEnumerable().Where(row => !row.IsClosed).Take(MaxShown)];

    /// <summary>Closed ones too, newest first; at most 100.</summary>
    public IReadOnlyList<AlarmRow> All() => [.. records.Alarms.Query().OrderByDescending(row => row.Id).Limit(MaxShown).ToEnumerable()];

    public int CountOpen() => records.Alarms.Query().ToEnumerable().Count(row => !row.IsClosed);

    /// <summary>Somebody looked into it. The alarm and its evidence stay, with who closed it, when, and what was found.</summary>
    /// <param name="note">1 to <see cref="MostNote"/> characters.</param>
    /// <exception cref="RefusedException">There is no such alarm, it is closed, it disappears by itself, or nothing is said.</exception>
    public AlarmRow Close(int number, Actor by, string note)
    {
        if (note.Trim() is not { Length: > 0 and <= MostNote } said)
        {
            throw new RefusedException(Refusal.ReasonMissing, $"关闭告警须说明核查结果（1 至 {MostNote} 个字符）。", $"Say what was found out, in 1 to {MostNote} characters.");
        }

        return records.Write(() =>
        {
            var row = records.Alarms.FindById(number)
                ?? throw new RefusedException(Refusal.NotFound, $"没有第 {number} 号告警；docex node alarms 列出现有的告警。", $"There is no alarm {number}; docex node alarms lists those there are.");
            if (row.IsClosed)
            {
                throw new RefusedException(Refusal.WrongState, $"第 {number} 号告警已由 {row.ClosedBy} 关闭。", $"Alarm {number} was closed by {row.ClosedBy}.");
            }

            if (row.Key.StartsWith(OfWorry, StringComparison.Ordinal) || row.Key.StartsWith(OfSeal, StringComparison.Ordinal))
            {
                throw new RefusedException(
                    Refusal.WrongState, $"第 {number} 号告警在原因消除后自行消失，不能关闭：{row.Chinese}", $"Alarm {number} disappears when its cause does and is not closed by hand: {row.English}");
            }

            (row.ClosedAt, row.ClosedBy, row.Note) = (time.GetUtcNow().ToUnixTimeMilliseconds(), $"{by.Name} ({by.Id})", said);
            records.Alarms.Update(row);
            return row;
        });
    }

    private List<Worry> Keep(string kind, IReadOnlyList<Worry> worries)
    {
        var kept = OfKind(kind);
        if (kept.Select(row => (row.Key, row.Chinese)).ToHashSet().SetEquals(worries.Select(worry => (kind + worry.Cause, worry.Chinese))))
        {
            return [];
        }

        records.Write(() =>
        {
            kept.ForEach(row => records.Alarms.Delete(row.Id));
            foreach (var worry in worries)
            {
                var since = kept.Find(row => row.Key == kind + worry.Cause)?.At ?? time.GetUtcNow().ToUnixTimeMilliseconds();
                records.Alarms.Insert(new AlarmRow { At = since, Key = kind + worry.Cause, Chinese = worry.Chinese, English = worry.English });
            }
        });
        return [.. worries.Where(worry => kept.TrueForAll(row => row.Key != kind + worry.Cause))];
    }

    private List<AlarmRow> OfKind(string kind) => [.. records.Alarms.Find(Field.Between(nameof(AlarmRow.Key), kind, kind + "~"))];

    private bool RaiseIf(Alarm alarm, Func<List<AlarmRow>, bool> isNew)
    {
        if (!isNew([.. records.Alarms.Find(Field.Is(nameof(AlarmRow.Key), alarm.ShortKey))]))
        {
            return false;
        }

        records.Alarms.Insert(new AlarmRow
        {
            At = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Key = alarm.ShortKey,
            Chinese = alarm.Chinese,
            English = alarm.English,
            Evidence = [.. alarm.Evidence],
        });
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Alarm: {Alarm}")]
    private partial void LogAlarm(string alarm);
}

/// <summary>What is to be looked at, said in both languages, with what proves it.</summary>
internal sealed record Alarm(string Key, string Chinese, string English, IReadOnlyList<byte[]> Evidence)
{
    /// <summary>An index key has less than 1,023 bytes.</summary>
    public string ShortKey => Key.Length <= 200 ? Key : Key[..100] + Digest.Of(System.Text.Encoding.UTF8.GetBytes(Key));
}
