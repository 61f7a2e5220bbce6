using System.Security.Cryptography;
using System.Text;
using DocExchange.Node.DeskPages.Inbox;
using DocExchange.Node.Records;
using DocExchange.Pages.Words;
using DocExchange.Texts;
using Microsoft.Net.Http.Headers;

namespace DocExchange.Node.DeskPages.Previews;

/// <summary>
/// Bodies as a browser may show them. A PDF goes to the browser's own viewer, unless it may hold a script; such a one is shown
/// as its words, as is an OFD, which browsers cannot show. Words are read by a process of their own within <see cref="TextLimits"/>.
/// </summary>
internal sealed class BodyPreview(DataFolder folder, WordBook words) : IAsyncDisposable
{
    public const string Pdf = "application/pdf";
    public const string Ofd = "application/ofd";

    private const string PlainText = "text/plain";
    private const string Utf8Text = "text/plain; charset=utf-8";
    private const long LargestPdf = 256L << 20;
    private const int CopyBuffer = 128 * 1024;

    // Nothing is loaded from anywhere. A sandbox would keep browsers from showing PDF at all.
    private const string PdfPolicy = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";
    private const string TextPolicy = "default-src 'none'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

    private readonly BodyTexts texts = new(folder.Scratch, TextLimits.Default);

    public static bool CanShow(string mediaType) => mediaType is Pdf or PlainText or Ofd;

    /// <summary>No layout: what is shown are the words in it.</summary>
    public static bool IsShownAsWords(string mediaType) => mediaType == Ofd;

    /// <param name="name">For a browser that saves what it is shown.</param>
    public Task ShowAsync(HttpContext http, Stream body, string mediaType, string name) => GiveAsync(http, body, mediaType, name, text => SendWordsAsync(http, text));

    /// <summary>For a printer: the same, but words stand on a page that says of itself what it is.</summary>
    /// <inheritdoc cref="ShowAsync"/>
    public Task PrintAsync(HttpContext http, Stream body, string mediaType, string name) => GiveAsync(http, body, mediaType, name, text => PaperOfWords.SendAsync(http, name, text));

    /// <summary>The words of a body and nothing else, UTF-8: of a PDF and an OFD as far as they can be read; a text is given back as it is.</summary>
    public async Task<Stream> WordsOfAsync(Stream body, string mediaType, bool inEnglish, CancellationToken cancellation)
    {
        if (mediaType is not (Pdf or Ofd))
        {
            return body;
        }

        var text = await ReadAsync(body, inEnglish, mediaType == Ofd ? "inbox.words-none" : "inbox.words-of-none", cancellation);
        return new MemoryStream(Encoding.UTF8.GetBytes(text + "\n"));
    }

    public ValueTask DisposeAsync() => texts.DisposeAsync();

    private async Task GiveAsync(HttpContext http, Stream body, string mediaType, string name, Func<string, Task> giveWords)
    {
        var language = http.RequestServices.GetRequiredService<Language>();
        switch (mediaType)
        {
            case Ofd:
                await giveWords(await ReadAsync(body, language.IsEnglish, "inbox.words-none", http.RequestAborted));
                break;
            case Pdf:
                await GivePdfAsync(http, body, name, language, giveWords);
                break;
            default:
                http.Response.Headers.ContentSecurityPolicy = TextPolicy;
                await SendAsync(http, body, Utf8Text, name);
                break;
        }
    }

    private async Task GivePdfAsync(HttpContext http, Stream body, string name, Language language, Func<string, Task> giveWords)
    {
        Directory.CreateDirectory(folder.Scratch);
        await using var copy = new FileStream(Path.Combine(folder.Scratch, RandomNumberGenerator.GetHexString(32, lowercase: true) + ".pdf"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        var isWhole = await CopyAsync(body, copy, http.RequestAborted);
        if (isWhole && !await PdfScripts.MayRunAsync(copy, http.RequestAborted))
        {
            copy.Position = 0;
            http.Response.Headers.ContentSecurityPolicy = PdfPolicy;
            await SendAsync(http, copy, Pdf, name);
            return;
        }

        copy.Position = 0;
        var text = await ReadAsync(copy, language.IsEnglish, "inbox.words-of-none", http.RequestAborted);
        await giveWords(words.Say(language, isWhole ? "inbox.words-for-script" : "inbox.words-for-size") + "\n\n" + text);
    }

    private static async Task<bool> CopyAsync(Stream body, FileStream copy, CancellationToken cancellation)
    {
        var buffer = new byte[CopyBuffer];
        while (copy.Length <= LargestPdf)
        {
            var read = await body.ReadAsync(buffer, cancellation);
            if (read == 0)
            {
                return true;
            }

            await copy.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }

        return false;
    }

    private async Task<string> ReadAsync(Stream body, bool inEnglish, string none, CancellationToken cancellation)
    {
        var text = await texts.ReadAsync(body, cancellation);
        var why = inEnglish ? text.English : text.Chinese;
        if (text.Pages.All(string.IsNullOrWhiteSpace))
        {
            return words.Say(inEnglish, none, why).Trim();
        }

        var pages = text.Pages.Select((page, index) => $"{words.Say(inEnglish, "inbox.words-page", index + 1)}\n\n{page.Trim()}");
        return string.Join("\n\n", text.Outcome == TextOutcome.Whole ? pages : pages.Append(words.Say(inEnglish, "inbox.words-partial", why)));
    }

    private static Task SendWordsAsync(HttpContext http, string text)
    {
        http.Response.Headers.ContentSecurityPolicy = TextPolicy;
        return Results.Text(text, Utf8Text).ExecuteAsync(http);
    }

    private static async Task SendAsync(HttpContext http, Stream content, string type, string name)
    {
        var header = new ContentDispositionHeaderValue("inline");
        header.SetHttpFileName(ReceivedFiles.FileNameOf(name));
        http.Response.Headers.ContentDisposition = header.ToString();
        http.Response.ContentType = type;
        http.Response.ContentLength = content.Length;
        await content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
