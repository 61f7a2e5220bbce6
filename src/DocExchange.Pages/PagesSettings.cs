using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.Json;
using DocExchange.Core.Operating;

namespace DocExchange.Pages;

/// <summary>pages.json in the data folder of a hub or node: where people reach its pages, and how they sign in.</summary>
public sealed class PagesSettings
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    /// <summary>IP address and port to listen on, such as 0.0.0.0:8443; <c>none</c>: no pages.</summary>
    [Required]
    public string Address { get; set; } = "none";

    /// <summary>PEM file with the server's certificate and its chain; <c>own</c>: one the program makes itself.</summary>
    [Required]
    public string Certificate { get; set; } = "own";

    /// <summary>PEM file with the key of that certificate; <c>own</c> with the program's own.</summary>
    [Required]
    public string CertificateKey { get; set; } = "own";

    /// <summary>Minutes without an act after which a sign-in ends.</summary>
    [Range(1, 1440)]
    public int IdleMinutes { get; set; } = 30;

    /// <summary>Hours after which a sign-in ends in any case.</summary>
    [Range(1, 24)]
    public int LongestHours { get; set; } = 12;

    /// <summary>Wrong passwords in a row that lock an account.</summary>
    [Range(3, 50)]
    public int WrongPasswords { get; set; } = 5;

    /// <summary>Minutes an account stays locked.</summary>
    [Range(1, 1440)]
    public int LockMinutes { get; set; } = 15;

    /// <summary>Fewest characters of a password.</summary>
    [Range(8, 64)]
    public int ShortestPassword { get; set; } = 10;

    /// <summary>Accounts, ended ones included.</summary>
    [Range(10, 100_000)]
    public int MostAccounts { get; set; } = 5_000;

    /// <summary>Requests that sign in, from one address in a minute.</summary>
    [Range(5, 10_000)]
    public int SignInsPerMinute { get; set; } = 60;

    /// <summary>Connections of browsers at the same time.</summary>
    [Range(10, 20_000)]
    public int Connections { get; set; } = 1_000;

    internal IPEndPoint? EndPoint => Address == "none" ? null : IPEndPoint.Parse(Address);

    /// <summary>The file's settings, or the defaults where there is none.</summary>
    /// <param name="address">Given on the command line; stands in the place of the file's.</param>
    /// <exception cref="SettingsException">All that is wrong with the file.</exception>
    public static PagesSettings Read(string path, string? address = null)
    {
        var (settings, unknown) = (new PagesSettings(), new List<SettingFault>());
        try
        {
            if (File.Exists(path))
            {
                using var file = JsonDocument.Parse(File.ReadAllBytes(path));
                unknown.AddRange(SettingsCheck.Unknown(file.RootElement, typeof(PagesSettings)));
                settings = file.Deserialize<PagesSettings>(Json) ?? settings;
            }
        }
        catch (JsonException fault)
        {
            throw new SettingsException(path, [SettingsCheck.Unreadable(fault)], fault);
        }

        settings.Address = address ?? settings.Address;
        settings.Validate(path, unknown);
        return settings;
    }

    private void Validate(string path, IEnumerable<SettingFault> known)
    {
        var faults = known.Concat(SettingsCheck.Of(this, JsonNamingPolicy.CamelCase.ConvertName)).ToList();
        if (Address != "none" && (!IPEndPoint.TryParse(Address, out var point) || !Address.EndsWith($":{point.Port}", StringComparison.Ordinal)))
        {
            faults.Add(new($"“{Address}”应为 IP 地址和端口，如 0.0.0.0:8443。", $"'{Address}' is not an IP address and a port, such as 0.0.0.0:8443."));
        }

        if ((Certificate == "own") != (CertificateKey == "own"))
        {
            faults.Add(new("certificate 与 certificateKey 须一同给出。", "certificate and certificateKey are given together."));
        }

        if (faults.Count > 0)
        {
            throw new SettingsException(path, faults);
        }
    }
}
