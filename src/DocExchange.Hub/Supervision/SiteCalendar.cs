using System.ComponentModel.DataAnnotations;
using DocExchange.Core.Operating;
using DocExchange.Core.Supervision;
using DocExchange.Trust.Faults;

namespace DocExchange.Hub.Supervision;

/// <summary>
/// calendar.txt of the data folder: read at the start, and again when it was changed. A change that cannot be read is named
/// and leaves the calendar before it in force. Safe for concurrent use.
/// </summary>
internal sealed class SiteCalendar
{
    private readonly string path;
    private readonly TimeZoneInfo zone;
    private readonly Lock gate = new();
    private (DateTime Written, long Size) known;
    private WorkingCalendar current;
    private (string Chinese, string English) fault = ("", "");

    private SiteCalendar(string path, TimeZoneInfo zone)
    {
        this.path = path;
        this.zone = zone;
        current = WorkingCalendar.Usual(zone);
    }

    /// <exception cref="ValidationException">The file is there and cannot be read.</exception>
    public static SiteCalendar Open(string path, TimeZoneInfo zone)
    {
        var calendar = new SiteCalendar(path, zone);
        var (_, fault) = calendar.Current;
        return fault.English.Length == 0 ? calendar : throw new CalendarException(path, fault);
    }

    /// <summary>The calendar in force, and what is wrong with the file where it is an earlier one.</summary>
    public (WorkingCalendar Calendar, (string Chinese, string English) Fault) Current
    {
        get
        {
            lock (gate)
            {
                var file = new FileInfo(path);
                var found = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
                if (found != known)
                {
                    Take(found);
                }

                return (current, fault);
            }
        }
    }

    private void Take((DateTime Written, long Size) found)
    {
        try
        {
            current = found == default ? WorkingCalendar.Usual(zone)
                : found.Size <= 4 * CalendarText.MaxLength ? CalendarText.Parse(ListText.Read(File.ReadAllBytes(path)), zone)
                : throw new WordedFormatException($"日历超过 {CalendarText.MaxLength} 个字符。", $"The calendar has more than {CalendarText.MaxLength} characters.");
            fault = ("", "");
        }
        catch (Exception why) when (why is FormatException or IOException or UnauthorizedAccessException)
        {
            fault = (FaultWords.Of(why), why.Message);
        }

        known = found;
    }
}

/// <summary>calendar.txt is there at the start and cannot be read.</summary>
internal sealed class CalendarException(string path, (string Chinese, string English) fault) : ValidationException($"'{path}': {fault.English}"), IWorded
{
    public string Chinese { get; } = $"“{path}”：{fault.Chinese}";
}
