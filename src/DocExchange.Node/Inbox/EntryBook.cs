using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Desk;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Trust.Validation;

namespace DocExchange.Node.Inbox;

/// <summary>An own statement in the ledger, and what proves it.</summary>
internal sealed record OwnEntry(ReceivedEntry Entry, IReadOnlyList<byte[]> Proof, byte[] Checkpoint);

/// <summary>
/// Keeps ledger entries verbatim, judges each by the directory in force, and brings up to date what follows from it. One
/// that is not believed is kept and alarmed, and stops nobody.
/// </summary>
internal sealed class EntryBook(
    NodeRecords records, ObjectFolder objects, DirectoryCopy directories, TrustedAuthorities authorities, DocumentStates states, Listing listing, AlarmBell alarms)
{
    private const string CursorName = "cursor";

    /// <summary>The setting that says up to where on disk all was followed up.</summary>
    public const string FollowedName = "followed";

    private long? followed;
    private long highest = records.Entries.Query().OrderByDescending(row => row.Id).FirstOrDefault()?.Id ?? -1;
    private long cursor = records.Setting(CursorName)?.Number ?? 0;

    /// <summary>The first ledger index not yet seen in the mailbox. On disk it may lie further back, with entries between that are kept already.</summary>
    public long Cursor => Volatile.Read(ref cursor);

    /// <summary>
    /// Documents whose entries were kept, while what was to follow from them may have been cut short: those of the last batch
    /// before the process ended.
    /// </summary>
    public IReadOnlyList<DocumentId> NotFollowed() =>
    [
        .. records.Entries.Query().Where(Field.Above(Field.Id, Followed - 1)).Where(row => row.Document != null).Select(row => row.Document!).ToEnumerable().Distinct().Select(DocumentId.Parse),
    ];

    /// <summary>All that was kept is followed up. Goes to disk with the next batch.</summary>
    public void MarkFollowed() => followed = Cursor;

    public ReceivedEntry Read(long index, ReadOnlyMemory<byte> bytes) => ReceivedEntry.Read(index, bytes, objects.Get);

    /// <summary>
    /// Entries of the mailbox, in ledger order but for earlier ones that came along. They and the lists are on disk when this returns, and so is the cursor behind them where any of them is new.
    /// Entries that are known already change nothing.
    /// </summary>
    /// <param name="alongside">Given the documents they concern, within the same transaction.</param>
    /// <returns>The documents they concern.</returns>
    public IReadOnlyCollection<DocumentId> Keep(IReadOnlyList<ReceivedEntry> entries, Action<IReadOnlyCollection<DocumentId>>? alongside = null)
    {
        var reached = entries.Count > 0 ? Math.Max(entries[^1].Index + 1, Cursor) : Cursor;
        IReadOnlyCollection<DocumentId> touched = [];
        // Own statements come back in the mailbox. That they did is worth no transaction: after a restart they come once more.
        if (!entries.All(entry => entry.IsKnown))
        {
            touched = Keep(entries, ToRow, documents =>
            {
                records.Set(FollowedName, Followed);
                records.Set(CursorName, reached);
                alongside?.Invoke(documents);
            });
        }

        Volatile.Write(ref cursor, reached);
        return touched;
    }

    /// <summary>Own statements the hub has just logged, with their proofs. The cursor stays: the mailbox will bring them too.</summary>
    /// <param name="alongside">What else belongs into the same transaction.</param>
    public IReadOnlyCollection<DocumentId> KeepOwn(IReadOnlyList<OwnEntry> logged, Action alongside)
    {
        var proofs = logged.ToDictionary(own => own.Entry.Index);
        return Keep(
            [.. logged.Select(own => own.Entry)],
            entry =>
            {
                proofs.Remove(entry.Index, out var own);
                return Proven(ToRow(entry), own!);
            },
            _ =>
            {
                // What the mailbox had brought before.
                foreach (var own in proofs.Values)
                {
                    records.Entries.Update(Proven(records.Entries.FindById(own.Entry.Index)!, own));
                }

                alongside();

                // Their lines still say that they wait.
                foreach (var group in ByDocument(proofs.Values.Select(own => own.Entry)))
                {
                    listing.Update(group.Key, OfficesOf(group));
                }
            });
    }

    /// <summary>The entry, with a fault where it is not to be believed. One that is kept already was judged then.</summary>
    public ReceivedEntry Judge(ReceivedEntry entry)
    {
        if (IsKept(entry))
        {
            return entry with { IsKnown = true };
        }

        if (entry is not { Signed: { } signed, Entry: { } envelope })
        {
            return entry;
        }

        if (directories.InForceAt(entry.Index) is not { } directory)
        {
            return entry with { Fault = "There is no office directory to judge it by.", FaultChinese = "尚无据以判断的机构目录。" };
        }

        var verdict = authorities.Judge.Judge(signed, directory, envelope.ReceivedAt);
        if (verdict.Indication != Indication.TotalPassed)
        {
            return entry with
            {
                Fault = string.Join(" ", verdict.Faults.Select(finding => $"{finding.Code}: {finding.English}")),
                FaultChinese = string.Concat(verdict.Faults.Select(finding => finding.Chinese)),
            };
        }

        return StatementTypes.AuthorOf(signed.Statement.Type) == StatementAuthor.Hub && !signed.Statement.Issuer.IsHub
            ? entry with { Fault = $"{signed.Statement.Issuer} made a {signed.Statement.Type}, which only the hub makes.", FaultChinese = $"{signed.Statement.Issuer} 出具了只能由中心出具的凭证（{signed.Statement.Type}）。" }
            : entry;
    }

    // Where an earlier version kept the cursor alone, everything before it was followed up.
    private long Followed => followed ??= records.Setting(FollowedName)?.Number ?? Cursor;

    private IReadOnlyCollection<DocumentId> Keep(IReadOnlyList<ReceivedEntry> entries, Func<ReceivedEntry, EntryRow> toRow, Action<IReadOnlyCollection<DocumentId>> alongside)
    {
        var touched = new Dictionary<DocumentId, IReadOnlyCollection<PartyId>?>();
        records.Write(() =>
        {
            var added = entries.DistinctBy(entry => entry.Index).Where(entry => !entry.IsKnown && !IsKept(entry)).OrderBy(entry => entry.Index).ToList();
            foreach (var entry in added)
            {
                records.Entries.Insert(toRow(entry));
            }

            Interlocked.Exchange(ref highest, added.Select(entry => entry.Index).Append(Volatile.Read(ref highest)).Max());

            foreach (var group in ByDocument(added))
            {
                touched[group.Key] = OfficesOf(group);
                states.Take(group.Key, group);
            }

            alongside(touched.Keys);
            foreach (var (document, offices) in touched)
            {
                listing.Update(document, offices);
            }

            foreach (var entry in entries.Where(entry => entry.Fault is not null))
            {
                AlarmAt(entry);
            }
        });
        return touched.Keys;
    }

    private static IEnumerable<IGrouping<DocumentId, LoggedStatement>> ByDocument(IEnumerable<ReceivedEntry> entries) =>
        entries.Select(entry => entry.Logged).OfType<LoggedStatement>().Where(logged => logged.Statement.Document is not null).GroupBy(logged => logged.Statement.Document!.Value);

    /// <summary>The recipients of whom alone they speak; null: they may speak of any.</summary>
    private static IReadOnlyCollection<PartyId>? OfficesOf(IEnumerable<LoggedStatement> logged)
    {
        var offices = logged.Select(each => StatementScope.OnlyRowOf(each.Statement)).ToHashSet();
        return offices.Contains(null) ? null : [.. offices.OfType<PartyId>()];
    }

    private void AlarmAt(ReceivedEntry entry) => alarms.Raise(
        $"entry {entry.Index}",
        $"账本第 {entry.Index} 条未通过验证，已存证，不生效：{entry.FaultChinese}",
        $"Ledger entry {entry.Index} was not believed; it is kept without effect: {entry.Fault}",
        entry.Bytes.ToArray());

    private bool IsKept(ReceivedEntry entry)
    {
        // Most are new: that is known without a look.
        if (entry.Index > Volatile.Read(ref highest))
        {
            return false;
        }

        var kept = records.Entries.FindById(entry.Index);
        if (kept is not null && !kept.Entry.AsSpan().SequenceEqual(entry.Bytes.Span))
        {
            alarms.Raise(
                $"contradiction {entry.Index}",
                $"中心就账本第 {entry.Index} 条先后给出了不同的内容，两份均已留存。请立即联系审计管理员。",
                $"The hub gave two different entries for the ledger index {entry.Index}; both are kept. Call the audit administrator at once.",
                kept.Entry,
                entry.Bytes.ToArray());
        }

        return kept is not null;
    }

    private static EntryRow Proven(EntryRow row, OwnEntry own)
    {
        (row.Proof, row.Checkpoint) = ([.. own.Proof], own.Checkpoint);
        return row;
    }

    private static EntryRow ToRow(ReceivedEntry entry) => new()
    {
        Id = entry.Index,
        Entry = entry.Bytes.ToArray(),
        Statement = entry.Signed?.Id.ToString(),
        Type = entry.Statement is { Body: UnknownBody unknown } ? unknown.TypeName : entry.Statement?.Type.ToString() ?? nameof(StatementType.Unknown),
        Issuer = entry.Statement?.Issuer.ToString(),
        Document = entry.Statement?.Document?.ToString(),
        Chain = entry.Statement?.Chain.ChainId,
        Number = entry.Statement?.Chain.Number ?? 0,
        Fault = entry.Fault,
    };
}
