using DocExchange.Node.DeskPages.Previews;
using DocExchange.Trust.Containers;

namespace DocExchange.Node.DeskPages.Outbox;

/// <summary>Files that people handed in, given to a browser: shown where it shows them without running anything, saved otherwise.</summary>
internal static class ServedFiles
{
    private static readonly HashSet<string> Pictures = ["image/png", "image/jpeg"];

    /// <param name="isSaved">Wanted as a file, whatever it is.</param>
    public static IResult Serve(HttpContext http, Stream content, string name, bool isSaved = false)
    {
        var type = MediaTypes.Of(name);
        if (isSaved || (type != BodyPreview.Pdf && !Pictures.Contains(type)))
        {
            return Results.Stream(content, MediaTypes.Unknown, name);
        }

        if (type == BodyPreview.Pdf)
        {
            return new Preview(content, name);
        }

        http.Response.Headers.ContentDisposition = $"inline; filename*=UTF-8''{Uri.EscapeDataString(name)}";
        return Results.Stream(content, type);
    }

    private sealed class Preview(Stream content, string name) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await using (content)
            {
                await httpContext.RequestServices.GetRequiredService<BodyPreview>().ShowAsync(httpContext, content, BodyPreview.Pdf, name);
            }
        }
    }
}
