using DocExchange.Hub.Archiving;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Operations;
using DocExchange.Texts;
using DocExchange.Trust.Containers;

namespace DocExchange.Hub.FullText;

/// <summary>
/// What a package says in words: its body, and the names of its attachments. A body that cannot be read has none; it is
/// still found by the rest.
/// </summary>
internal sealed partial class DocumentTexts(SeekablePackages packages, HubFolder folder, ILogger<DocumentTexts> log) : IAsyncDisposable
{
    private readonly BodyTexts bodies = new(folder.Scratch, TextLimits.Default);

    /// <exception cref="IOException">The disk fails; the same may be read another time.</exception>
    public async Task<IReadOnlyList<string>> ReadAsync(DocumentSnapshot document, CancellationToken cancellation)
    {
        try
        {
            if (await packages.OpenAsync(document, preferArchive: false, cancellation) is not { } stream)
            {
                LogMissing(document.Id.ToString());
                return [];
            }

            using var package = await PackageReader.OpenAsync(stream, PackageLimits.Default, cancellation);
            await using var body = package.OpenEntry(package.Body);
            var text = await bodies.ReadAsync(body, cancellation);
            if (text.Outcome != TextOutcome.Whole)
            {
                LogPartly(document.Id.ToString(), text.English);
            }

            return [BodyWords.Join(text.Pages), .. package.Attachments.Select(attachment => attachment.FileName)];
        }
        catch (Exception fault) when (fault is PackageFormatException or ArchiveDamagedException)
        {
            // One damaged package keeps no other from being found.
            LogPartly(document.Id.ToString(), fault.Message);
            return [];
        }
    }

    public ValueTask DisposeAsync() => bodies.DisposeAsync();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The package of {Document} is neither in the spool nor in the archive; it is found by its title only")]
    private partial void LogMissing(string document);

    [LoggerMessage(Level = LogLevel.Information, Message = "The body of {Document} is found by a part of its words or none: {Why}")]
    private partial void LogPartly(string document, string why);
}
