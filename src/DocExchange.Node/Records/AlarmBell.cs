using DocExchange.Durability;
using DocExchange.Pages.Monitoring;
using DocExchange.Trust.Digests;

namespace DocExchange.Node.Records;

/// <summary>Raises alarms: logged, kept with their evidence, shown at the desk until people deal with them.</summary>
internal sealed partial class AlarmBell(NodeRecords records, TimeProvider time, ILogger<AlarmBell> logger)
{
    private const int MaxShown = 100;
    private const string OfWorry = "worry:";

    /// <param name="key">Names the matter: the same one is raised once.</param>
    public void Raise(string key, string chinese, string english, params IEnumerable<byte[]> evidence)
    {
        var isNew = records.Write(() =>
        {
            // An index key has less than 1,023 bytes.
            var shortKey = key.Length <= 200 ? key : key[..100] + Digest.Of(System.Text.Encoding.UTF8.GetBytes(key));
            if (records.Alarms.Exists(Field.Is(nameof(AlarmRow.Key), shortKey)))
            {
                return false;
            }

            records.Alarms.Insert(new AlarmRow
            {
                At = time.GetUtcNow().ToUnixTimeMilliseconds(),
                Key = shortKey,
                Chinese = chinese,
                English = english,
                Evidence = [.. evidence],
            });
            return true;
        });
        if (isNew)
        {
            LogAlarm(english);
        }
    }

    /// <summary>Has exactly these worries among the alarms: what is no worry any more disappears by itself. Whoever found them logs them.</summary>
    public void Keep(IReadOnlyList<Worry> worries)
    {
        var kept = records.Alarms.Find(Field.Between(nameof(AlarmRow.Key), OfWorry, OfWorry + "~")).ToList();
        if (kept.Select(row => (row.Key, row.Chinese)).ToHashSet().SetEquals(worries.Select(worry => (OfWorry + worry.Cause, worry.Chinese))))
        {
            return;
        }

        records.Write(() =>
        {
            kept.ForEach(row => records.Alarms.Delete(row.Id));
            foreach (var worry in worries)
            {
                var since = kept.Find(row => row.Key == OfWorry + worry.Cause)?.At ?? time.GetUtcNow().ToUnixTimeMilliseconds();
                records.Alarms.Insert(new AlarmRow { At = since, Key = OfWorry + worry.Cause, Chinese = worry.Chinese, English = worry.English });
            }
        });
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<AlarmRow> Newest() => [.. records.Alarms.Query().OrderByDescending(row => row.Id).Limit(MaxShown).ToEnumerable()];

    [LoggerMessage(Level = LogLevel.Error, Message = "Alarm: {Alarm}")]
    private partial void LogAlarm(string alarm);
}
