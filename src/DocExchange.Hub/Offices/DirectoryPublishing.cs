using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;

namespace DocExchange.Hub.Offices;

/// <summary>Puts the next version of the office directory in force: an object, and a hub statement that names it.</summary>
internal sealed class DirectoryPublishing(LedgerWriter writer, DirectoryKeeper directories, IObjectStore objects) : IDisposable
{
    private readonly SemaphoreSlim one = new(1);

    /// <param name="change">Makes the next version of the one given.</param>
    public async Task<LoggedEntry> PublishAsync(Func<OfficeDirectory, OfficeDirectory> change, CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            var next = change(directories.Current);
            return await PublishAsync(writer, objects, next, cancellation);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Puts the offices of a CSV file in force (<see cref="OfficeImport"/>).</summary>
    /// <param name="mayEnd">Whether somebody agreed that the offices end which the file no longer names.</param>
    /// <exception cref="RefusedException">The file is wrong, or offices would end that nobody agreed to end.</exception>
    public async Task<(LoggedEntry Entry, ImportChanges Changes)> ImportAsync(byte[] csv, DateTimeOffset now, Func<ImportChanges, bool> mayEnd, CancellationToken cancellation)
    {
        ImportChanges? changes = null;
        var entry = await PublishAsync(
            current =>
            {
                var next = OfficeImport.Apply(current, csv, now);
                changes = ImportChanges.Between(current, next);
                changes.RequireConsent(mayEnd(changes));
                return next;
            },
            cancellation);
        return (entry, changes!);
    }

    /// <summary>Also publishes the first version, of which there is none before.</summary>
    public static async Task<LoggedEntry> PublishAsync(LedgerWriter writer, IObjectStore objects, OfficeDirectory directory, CancellationToken cancellation)
    {
        var digest = await objects.PutAsync(OfficeDirectoryXml.Write(directory), cancellation);
        var act = new HubAct(StatementType.DirectoryPublished, new DirectoryPublishedBody(directory.Version, digest), Directory: directory);
        return (await writer.ActAsync(_ => act, cancellation))!;
    }

    public void Dispose() => one.Dispose();
}
