using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Pages.Monitoring;
using DocExchange.Trust.Digests;
using LiteDB;

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
    private const string OfClock = "clock:";

    private static readonly string[] DisappearByThemselves = [OfWorry, OfSeal, OfClock];

    private static readonly BsonExpression NumberAlone = BsonExpression.Create($"{{ {Field.Id}: $.{Field.Id} }}");

    private static readonly BsonExpression WithoutEvidence =
        BsonExpression.Create($"{{ {Field.Id}: $.{Field.Id}, {nameof(AlarmRow.Key)}: $.{nameof(AlarmRow.Key)}, {nameof(AlarmRow.ClosedAt)}: $.{nameof(AlarmRow.ClosedAt)} }}");

    private static readonly string[] ToldOf =
    [
        Field.Id, nameof(AlarmRow.At), nameof(AlarmRow.Key), nameof(AlarmRow.Chinese), nameof(AlarmRow.English), nameof(AlarmRow.ClosedAt), nameof(AlarmRow.ClosedBy), nameof(AlarmRow.Note),
    ];

    private static readonly BsonExpression Told = BsonExpression.Create($"{{ {string.Join(", ", ToldOf.Select(name => $"{name}: $.{name}"))} }}");

    /// <summary>Something happened.</summary>
    /// <param name="key">Names the matter: while it is open it is not raised twice.</param>
    public void Raise(string key, string chinese, string english, params IEnumerable<byte[]> evidence)
    {
        var alarm = new Alarm(key, chinese, english, [.. evidence]);
        if (IsOpen(alarm))
        {
            return;
        }

        var isNew = records.Write(() =>
        {
            if (IsOpen(alarm))
            {
                return false;
            }

            Insert(alarm);
            return true;
        });
        if (isNew)
        {
            LogAlarm(english);
        }
    }

    /// <summary>
    /// Something is so, as was found again and again. Each is raised once, closed or not. One that is no longer so stays until it
    /// is closed, and is raised again when it is so once more. Where nothing changes nothing is written.
    /// </summary>
    /// <param name="kind">How the keys of all of this kind begin.</param>
    public void Stand(string kind, IReadOnlyList<Alarm> standing)
    {
        if (ChangesOf(kind, standing) is { IsNone: true })
        {
            return;
        }

        var changes = records.Write(() =>
        {
            var changes = ChangesOf(kind, standing);
            changes.Renamed.ForEach(each => Rename(each.Row, each.Key));
            changes.Raised.ForEach(Insert);
            return changes;
        });
        changes.Raised.ForEach(alarm => LogAlarm(alarm.English));
    }

    /// <summary>Has exactly these worries among the alarms: what is no worry any more disappears by itself. Whoever found them logs them.</summary>
    public void Keep(IReadOnlyList<Worry> worries) => Keep(OfWorry, worries);

    /// <summary>Has exactly these among the alarms on seals that could not be had: they disappear by themselves.</summary>
    public void KeepOfSeals(IReadOnlyList<Worry> worries) => Keep(OfSeal, worries).ForEach(worry => LogAlarm(worry.English));

    /// <summary>The same of a clock that is wrong.</summary>
    public void KeepOfClock(IReadOnlyList<Worry> worries) => Keep(OfClock, worries).ForEach(worry => LogAlarm(worry.English));

    /// <summary>Open ones, newest first; at most 100.</summary>
    public IReadOnlyList<AlarmRow> Newest() => [.. OpenOnes().OrderDescending().Take(MaxShown).Select(id => records.Alarms.FindById(id)).Where(row => row is { IsClosed: false })];

    /// <summary>Closed ones too, newest first; at most 100.</summary>
    public IReadOnlyList<AlarmRow> All() => [.. records.Alarms.Query().OrderByDescending(row => row.Id).Limit(MaxShown).ToEnumerable()];

    /// <summary>Closed ones alone, the highest numbers first, without their evidence.</summary>
    /// <param name="below">Only those with a lower number.</param>
    public IReadOnlyList<AlarmRow> Closed(int below, int most) =>
    [
        .. NumbersOf(Field.Above(nameof(AlarmRow.ClosedAt), 0)).Where(id => id < below).OrderDescending().Take(most)
            .SelectMany(id => records.Alarms.Query().Where(Field.Is(Field.Id, id)).Select(Told).ToEnumerable()).Select(BsonMapper.Global.ToObject<AlarmRow>),
    ];

    /// <summary>Whether it goes with its cause, so that nobody closes it.</summary>
    public static bool DisappearsByItself(AlarmRow alarm) => DisappearByThemselves.Any(kind => alarm.Key.StartsWith(kind, StringComparison.Ordinal));

    public int CountOpen() => OpenOnes().Count();

    /// <summary>Somebody looked into it. The alarm and its evidence stay, with who closed it, when, and what was found.</summary>
    /// <param name="note">1 to <see cref="MostNote"/> characters.</param>
    /// <exception cref="RefusedException">There is no such alarm, it is closed, it disappears by itself, or nothing is said.</exception>
    public AlarmRow Close(int number, Actor by, string note)
    {
        // A browser sends the end of a line as two characters (HTML, form submission); people count one.
        var said = note.ReplaceLineEndings("\n").Trim();
        if (said.Length is 0 or > MostNote)
        {
            throw new RefusedException(
                Refusal.ReasonMissing,
                $"关闭第 {number} 号告警须说明核查结果，1 至 {MostNote} 个字符（现为 {said.Length} 个）。",
                $"Say what was found out about alarm {number}, in 1 to {MostNote} characters; it has {said.Length}.");
        }

        return records.Write(() =>
        {
            var row = records.Alarms.FindById(number)
                ?? throw new RefusedException(Refusal.NotFound, $"没有第 {number} 号告警：编号有误，或已随原因消失。请以告警列表为准。", $"There is no alarm {number}; the number is wrong, or it disappeared with its cause. See the list of alarms.");
            if (row.IsClosed)
            {
                throw new RefusedException(Refusal.WrongState, $"第 {number} 号告警已由 {row.ClosedBy} 关闭。", $"Alarm {number} was closed by {row.ClosedBy}.");
            }

            if (DisappearsByItself(row))
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

    private List<AlarmRow> OfKind(string kind) => [.. records.Alarms.Find(Beginning(kind))];

    private static BsonExpression Beginning(string kind) => Field.Between(nameof(AlarmRow.Key), kind, kind + "~");

    // A row of an earlier version says nothing of when it was closed: it is open.
    private IEnumerable<int> OpenOnes() => NumbersOf(Field.Below(nameof(AlarmRow.ClosedAt), 1));

    // Their numbers alone: the evidence may be large.
    private IEnumerable<int> NumbersOf(BsonExpression which) => records.Alarms.Query().Where(which).Select(NumberAlone).ToEnumerable().Select(row => row[Field.Id].AsInt32);

    private bool IsOpen(Alarm alarm) => KnownBy(Field.Is(nameof(AlarmRow.Key), alarm.ShortKey)).Exists(row => !row.IsClosed);

    private Changes ChangesOf(string kind, IReadOnlyList<Alarm> standing)
    {
        var known = KnownBy(Beginning(kind));
        var changes = new Changes([], []);
        foreach (var alarm in standing.Where(alarm => known.TrueForAll(row => row.Key != alarm.ShortKey)))
        {
            if (known.Find(row => row.Key == alarm.ShortFormerKey) is { } former)
            {
                known.Remove(former);
                changes.Renamed.Add((former, alarm.ShortKey));
            }
            else
            {
                changes.Raised.Add(alarm);
            }
        }

        changes.Renamed.AddRange(known.Where(row => row.IsClosed && standing.All(alarm => alarm.ShortKey != row.Key)).Select(over => (over, $"over {over.Id} {over.Key}")));
        return changes;
    }

    private List<Known> KnownBy(BsonExpression which) =>
    [
        .. records.Alarms.Query().Where(which).Select(WithoutEvidence).ToEnumerable()
            .Select(row => new Known(row[Field.Id].AsInt32, row[nameof(AlarmRow.Key)].AsString, row[nameof(AlarmRow.ClosedAt)] is { IsInt64: true, AsInt64: > 0 })),
    ];

    private void Rename(Known known, string key)
    {
        var row = records.Alarms.FindById(known.Id);
        row.Key = key;
        records.Alarms.Update(row);
    }

    private void Insert(Alarm alarm) => records.Alarms.Insert(new AlarmRow
    {
        At = time.GetUtcNow().ToUnixTimeMilliseconds(),
        Key = alarm.ShortKey,
        Chinese = alarm.Chinese,
        English = alarm.English,
        Evidence = [.. alarm.Evidence],
    });

    [LoggerMessage(Level = LogLevel.Error, Message = "Alarm: {Alarm}")]
    private partial void LogAlarm(string alarm);

    /// <summary>A row without what makes it large.</summary>
    private sealed record Known(int Id, string Key, bool IsClosed);

    private sealed record Changes(List<Alarm> Raised, List<(Known Row, string Key)> Renamed)
    {
        public bool IsNone => Raised.Count == 0 && Renamed.Count == 0;
    }
}

/// <summary>What is to be looked at, said in both languages, with what proves it.</summary>
internal sealed record Alarm(string Key, string Chinese, string English, IReadOnlyList<byte[]> Evidence)
{
    /// <summary>What an earlier version named the same matter: a row of that name becomes this one's.</summary>
    public string? FormerKey { get; init; }

    /// <summary>An index key has less than 1,023 bytes.</summary>
    public string ShortKey => Shorten(Key);

    public string? ShortFormerKey => FormerKey is null ? null : Shorten(FormerKey);

    private static string Shorten(string key) => key.Length <= 200 ? key : key[..100] + Digest.Of(System.Text.Encoding.UTF8.GetBytes(key));
}
