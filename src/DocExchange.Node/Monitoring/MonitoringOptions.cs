using System.ComponentModel.DataAnnotations;
using DocExchange.Pages.Monitoring;

namespace DocExchange.Node.Monitoring;

/// <summary>How the node is watched over. Section <c>Monitoring</c> of settings.json.</summary>
internal sealed class MonitoringOptions
{
    /// <summary>IP address and port where metrics and health are read, such as 127.0.0.1:9465, without TLS; <c>none</c>: nowhere.</summary>
    [Required]
    public string Address { get; set; } = MonitoringDoor.None;

    /// <summary>MiB free below which the disk counts as nearly full and people are warned.</summary>
    [Range(0, 1_000_000)]
    public int DiskWarningMiB { get; set; } = 2048;

    /// <summary>The same in hundredths of the disk; the greater of both counts.</summary>
    [Range(0, 50)]
    public int DiskWarningPercent { get; set; } = 5;

    /// <summary>Seconds between the clocks of node and hub above which people are warned.</summary>
    [Range(10, 86_400)]
    public int ClockWarningSeconds { get; set; } = 120;

    /// <summary>The listener these settings ask for.</summary>
    /// <exception cref="ValidationException">The address is none.</exception>
    public static MonitoringDoor DoorOf(IConfiguration configuration)
    {
        try
        {
            return MonitoringDoor.At(configuration["Monitoring:Address"] ?? MonitoringDoor.None);
        }
        catch (FormatException fault)
        {
            throw new ValidationException($"Monitoring:Address: {fault.Message}", fault);
        }
    }
}
