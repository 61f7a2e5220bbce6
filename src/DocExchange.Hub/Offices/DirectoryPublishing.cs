using DocExchange.Core.Offices;
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
    /// <exception cref="ImportRefusedException">The file is wrong, or offices would end that nobody agreed to end.</exception>
    public async Task<ImportOutcome> ImportAsync(byte[] csv, DateTimeOffset now, Func<ImportChanges, bool> mayEnd, CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            var current = directories.Current;
            var next = OfficeImport.Apply(current, csv, now);
            var changes = ImportChanges.Between(current, next);
            changes.RequireConsent(mayEnd(changes));
            return IsSame(current, next)
                ? new ImportOutcome(directories.PublishedAt, current.Version, true, changes)
                : new ImportOutcome((await PublishAsync(writer, objects, next, cancellation)).Index, next.Version, false, changes);
        }
        finally
        {
            one.Release();
        }
    }

    // Groups and relations count too, which are no office's.
    private static bool IsSame(OfficeDirectory current, OfficeDirectory next)
    {
        var again = new OfficeDirectory(next.Exchange, current.Version, current.PublishedAt, next.Offices, next.Machines, next.Groups, next.Relations, next.Authorities)
        {
            Administrators = next.Administrators,
            Successions = next.Successions,
        };
        return OfficeDirectoryXml.Write(again).AsSpan().SequenceEqual(OfficeDirectoryXml.Write(current));
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

/// <summary>What an office file led to.</summary>
/// <param name="Index">Of the directory in force: the one before, where the file changes nothing.</param>
/// <param name="Version">Of the directory in force then.</param>
internal sealed record ImportOutcome(long Index, long Version, bool IsUnchanged, ImportChanges Changes);
