using DocExchange.Trust.Containers;

namespace DocExchange.Node.DeskPages.Outbox;

/// <summary>Files that people handed in, given to a browser: shown where it shows them without running anything, saved otherwise.</summary>
internal static class ServedFiles
{
    private static readonly HashSet<string> Shown = ["application/pdf", "image/png", "image/jpeg"];

    public static IResult Serve(HttpContext http, Stream content, string name)
    {
        var type = MediaTypes.Of(name);
        if (!Shown.Contains(type))
        {
            return Results.Stream(content, MediaTypes.Unknown, name);
        }

        http.Response.Headers.ContentDisposition = $"inline; filename*=UTF-8''{Uri.EscapeDataString(name)}";
        return Results.Stream(content, type);
    }
}
