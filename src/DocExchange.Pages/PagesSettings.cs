using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.Json;

namespace DocExchange.Pages;

/// <summary>pages.json in the data folder of a hub or node: where people reach its pages, and how they sign in.</summary>
public sealed class PagesSettings
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

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
    /// <exception cref="ValidationException">All that is wrong with the file.</exception>
    public static PagesSettings Read(string path, string? address = null)
    {
        PagesSettings settings;
        try
        {
            settings = File.Exists(path) ? JsonSerializer.Deserialize<PagesSettings>(File.ReadAllBytes(path), Json) ?? new PagesSettings() : new PagesSettings();
        }
        catch (JsonException fault)
        {
            throw new ValidationException($"'{path}': {fault.Message}", fault);
        }

        settings.Address = address ?? settings.Address;
        settings.Validate(path);
        return settings;
    }

    private void Validate(string path)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(this, new ValidationContext(this), results, validateAllProperties: true);
        var problems = results.Select(result => result.ErrorMessage!).ToList();
        if (Address != "none" && (!IPEndPoint.TryParse(Address, out var point) || !Address.EndsWith($":{point.Port}", StringComparison.Ordinal)))
        {
            problems.Add($"'{Address}' is not an IP address and a port, such as 0.0.0.0:8443.");
        }

        if ((Certificate == "own") != (CertificateKey == "own"))
        {
            problems.Add("certificate and certificateKey are given together.");
        }

        if (problems.Count > 0)
        {
            throw new ValidationException($"'{path}': " + string.Join(" ", problems));
        }
    }
}
