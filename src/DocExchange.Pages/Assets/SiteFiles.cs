using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace DocExchange.Pages.Assets;

/// <summary>
/// Style sheets, scripts and pictures: the embedded files below a folder Assets. Each is served under an address with its
/// digest, so that browsers keep it and still never show an old one.
/// </summary>
public sealed class SiteFiles
{
    private const int DigestLetters = 12;

    private readonly Dictionary<string, (byte[] Content, string Type, string Address)> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> byAddress = new(StringComparer.Ordinal);

    public SiteFiles(params IEnumerable<Assembly> assemblies)
    {
        foreach (var assembly in assemblies.Distinct())
        {
            foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.Contains(".Assets.", StringComparison.Ordinal) && TypeOf(name) is not null))
            {
                Add(assembly, resource);
            }
        }
    }

    /// <summary>Where a file is found.</summary>
    /// <exception cref="KeyNotFoundException">There is no such file.</exception>
    public string Address(string name) => files.TryGetValue(name, out var file) ? file.Address : throw new KeyNotFoundException($"There is no file '{name}'.");

    /// <summary>What is in a file of text, for a page that needs nothing from elsewhere.</summary>
    /// <exception cref="KeyNotFoundException">There is no such file.</exception>
    public string Text(string name) => files.TryGetValue(name, out var file) ? Encoding.UTF8.GetString(file.Content) : throw new KeyNotFoundException($"There is no file '{name}'.");

    /// <summary>For <c>/files/{name}</c>.</summary>
    public IResult Serve(string name, HttpContext http)
    {
        if (!byAddress.TryGetValue(name, out var found))
        {
            return Results.NotFound();
        }

        http.Response.Headers.Remove("Pragma");
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(files[found].Content, files[found].Type);
    }

    private void Add(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        // DocExchange.Pages.Assets.site.css
        var name = resource[(resource.IndexOf(".Assets.", StringComparison.Ordinal) + ".Assets.".Length)..];
        var address = Convert.ToHexStringLower(SHA256.HashData(content))[..DigestLetters] + "-" + name;
        files.Add(name, (content, TypeOf(name)!, "/files/" + address));
        byAddress.Add(address, name);
    }

    private static string? TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".woff2" => "font/woff2",
        _ => null,
    };
}
