using System.Collections.Concurrent;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Dossiers;

/// <summary>
/// Finds the version of the directory that calls an office as a certificate of it does, for offices that are called otherwise where they signed:
/// renamed since, or not yet. Safe for concurrent use.
/// </summary>
internal sealed class FormerNames(ILedgerStore ledger, IObjectStore objects)
{
    /// <summary>Of directories for one dossier beyond those it has anyhow; whose name is not found by then stays unexplained.</summary>
    public const int MostReadings = 64;

    // Versions that may be published between the moment a binding counts from and the one that has it, or has the name.
    private const int MostBetween = 16;

    // Versions of which it is kept whose certificates are made out otherwise: few, as a rule none.
    private const int MostRemembered = 1_024;

    private readonly ConcurrentDictionary<Digest, IReadOnlyList<Binding>> strangers = new();

    /// <param name="published">All versions, in order.</param>
    /// <param name="inForce">Positions among them: those in force where a statement stands.</param>
    /// <param name="signers">Whose certificates are asked about.</param>
    /// <returns>Positions to add.</returns>
    public IReadOnlyList<int> Find(IReadOnlyList<(long Index, DirectoryPublishedBody Body)> published, IReadOnlyCollection<int> inForce, IReadOnlySet<PartyId> signers)
    {
        var wanted = inForce.SelectMany(at => StrangersOf(published[at].Body.Directory).Where(binding => signers.Contains(binding.Holder)).Select(binding => (at, binding)))
            .GroupBy(each => (each.binding.Holder, each.binding.Bound.Certificate.Fingerprint)).Select(group => group.Last()).ToList();
        var readings = new Dictionary<int, HashSet<Binding>>();
        return [.. wanted.Where(each => !inForce.Any(at => Calls(at, each.binding))).Select(each => Search(each.at, each.binding)).Where(at => at >= 0).Distinct()];

        // The last version that calls it so: between the two positions it was renamed.
        int Search(int until, Binding binding)
        {
            var first = FirstSince(published, binding.Bound.Period.Since);
            var found = Enumerable.Range(first, Math.Clamp(until - first, 0, MostBetween)).FirstOrDefault(at => Calls(at, binding), -1);
            for (var renamed = until; found >= 0 && renamed - found > 1;)
            {
                var middle = found + ((renamed - found) / 2);
                (found, renamed) = Calls(middle, binding) ? (middle, renamed) : (found, middle);
            }

            return found;
        }

        bool Calls(int at, Binding binding)
        {
            if (!readings.TryGetValue(at, out var said) && readings.Count < MostReadings + inForce.Count)
            {
                said = Read(at);
                readings.Add(at, said);
            }

            return said?.Contains(binding) == true;
        }

        // Of a large directory is kept only what was asked.
        HashSet<Binding> Read(int at) => objects.Get(published[at].Body.Directory) is { } bytes && OfficeDirectoryXml.Read(bytes) is var directory
            ? [.. wanted.Select(each => each.binding).Where(binding => directory.Find(binding.Holder) is { } office
                && office.Certificates.Any(bound => bound.Certificate.Fingerprint == binding.Bound.Certificate.Fingerprint)
                && OfficeNames.IsMadeOutTo(binding.Bound.Certificate, office, directory))]
            : [];
    }

    private IReadOnlyList<Binding> StrangersOf(Digest version)
    {
        if (strangers.TryGetValue(version, out var known))
        {
            return known;
        }

        if (objects.Get(version) is not { } bytes)
        {
            return [];
        }

        if (strangers.Count >= MostRemembered)
        {
            strangers.Clear();
        }

        var directory = OfficeDirectoryXml.Read(bytes);
        return strangers.GetOrAdd(
            version, [.. directory.Offices.SelectMany(office => office.Certificates.Where(bound => !OfficeNames.IsMadeOutTo(bound.Certificate, office, directory)).Select(bound => new Binding(office.Id, bound)))]);
    }

    /// <summary>The first version that the hub received at that time or later.</summary>
    private int FirstSince(IReadOnlyList<(long Index, DirectoryPublishedBody Body)> published, DateTimeOffset time)
    {
        var (from, until) = (0, published.Count);
        while (from < until)
        {
            var middle = from + ((until - from) / 2);
            (from, until) = LedgerEntry.Parse(ledger.Read(published[middle].Index)).ReceivedAt < time ? (middle + 1, until) : (from, middle);
        }

        return from;
    }
}
