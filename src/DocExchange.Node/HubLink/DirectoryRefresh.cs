using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Validation;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.HubLink;

/// <summary>Brings directory versions, anchors and revocation lists from the hub, each believed only as far as it is proved.</summary>
internal sealed class DirectoryRefresh(DirectoryCopy directories, TrustedAuthorities authorities, ObjectFolder objects, EntryBook book, RenewedSeals seals, AlarmBell alarms)
{
    private const string Unreadable = "trust";

    /// <summary>At the beginning of a connection.</summary>
    public async Task RunAsync(HubChannel hub, CancellationToken cancellation)
    {
        await RefreshTrustAsync(hub, cancellation);
        try
        {
            var newest = await hub.Directory.GetDirectoryAsync(new Wire.GetDirectoryRequest(), hub.Once(cancellation));
            Take(book.Read((long)newest.Index, newest.Entry.Memory), newest.Directory.Memory);
            await seals.TakeAsync(hub, cancellation);
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.NotFound)
        {
            // The hub has published none yet; the mailbox will bring it.
        }
    }

    public async Task RefreshTrustAsync(HubChannel hub, CancellationToken cancellation)
    {
        var trust = await hub.Directory.GetTrustAsync(new Wire.GetTrustRequest(), hub.Once(cancellation));
        try
        {
            var lists = trust.RevocationLists.IsEmpty ? [] : RevocationList.ParseAll(trust.RevocationLists.Span);
            authorities.Refresh(Certificate.ParseAll(trust.Certificates.Span), lists, directories.FindNewest());
            alarms.Stand(Unreadable, []);
        }
        catch (FormatException fault)
        {
            alarms.Stand(Unreadable, [new Alarm(Unreadable, "中心给出的信任锚或吊销列表无法读取，继续使用原有的。", $"The anchors or revocation lists of the hub cannot be read; those kept are used on. {fault.Message}", [])]);
        }
    }

    /// <summary>A DirectoryPublished from the mailbox: its directory is fetched and checked.</summary>
    public async Task TakePublishedAsync(HubChannel hub, ReceivedEntry entry, CancellationToken cancellation)
    {
        if (entry.Statement?.Body is not DirectoryPublishedBody published || directories.Has(published.Version))
        {
            return;
        }

        var xml = objects.Get(published.Directory)
            ?? (await hub.Directory.GetDirectoryAsync(new Wire.GetDirectoryRequest { Version = (ulong)published.Version }, hub.Once(cancellation))).Directory.ToByteArray();
        Take(entry, xml);
        await seals.TakeAsync(hub, cancellation);
    }

    // The first version vouches for itself, under the anchors pinned at the enrolment; every later one is judged by its predecessor.
    private void Take(ReceivedEntry entry, ReadOnlyMemory<byte> xml)
    {
        try
        {
            if (entry is not { Signed: { } signed, Entry: { } envelope } || signed.Statement.Body is not DirectoryPublishedBody published)
            {
                throw new WordedFormatException(entry.FaultChinese ?? "该条不是机构目录发布凭证。", entry.Fault ?? "The entry is not a DirectoryPublished.");
            }

            if (directories.Has(published.Version))
            {
                return;
            }

            var judging = directories.InForceAt(entry.Index) ?? OfficeDirectoryXml.Read(xml);
            var verdict = authorities.Judge.Judge(signed, judging, envelope.ReceivedAt);
            if (!signed.Statement.Issuer.IsHub)
            {
                throw new WordedFormatException($"发布者是 {signed.Statement.Issuer}，只有中心可以发布。", $"{signed.Statement.Issuer} published it, which only the hub does.");
            }

            if (verdict.Indication != Indication.TotalPassed)
            {
                throw new WordedFormatException(string.Concat(verdict.Faults.Select(finding => finding.Chinese)), string.Join(" ", verdict.Faults.Select(finding => finding.English)));
            }

            directories.Keep(published, entry.Index, xml.Span);
        }
        catch (FormatException fault)
        {
            alarms.Raise(
                $"directory {entry.Index}",
                $"账本第 {entry.Index} 条发布的机构目录未通过验证，未采用：{FaultWords.Of(fault)}",
                $"The directory published at ledger index {entry.Index} was not believed and is not used: {fault.Message}",
                entry.Bytes.ToArray(),
                xml.ToArray());
        }
    }
}
