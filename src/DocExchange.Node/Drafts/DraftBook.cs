using System.Globalization;
using System.Security.Cryptography;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Desk;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Trust.Containers;
using Google.Protobuf;
using LiteDB;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Drafts;

/// <summary>
/// Drafts of the offices here, their fields in the node's records, their files in a folder each. A change is on disk when
/// it returns. Safe for concurrent use.
/// </summary>
internal sealed class DraftBook(NodeRecords records, DraftShelf shelf, NumberRegister numbers, IdentifierRegister identifiers, IOptions<DeskOptions> options, TimeProvider time)
{
    private const int IdBytes = 8;
    private const int MostFieldBytes = 512 * 1024;

    /// <exception cref="RefusedException">The office has as many drafts as it may.</exception>
    public DraftRow Open(PartyId office, Actor person, Action<DraftRow, Local.Draft>? fill = null) => records.Write(() =>
    {
        if (records.Drafts.Count(Field.Is(nameof(DraftRow.Office), office.ToString())) >= options.Value.MaxDrafts)
        {
            throw new RefusedException(Refusal.TooLarge, $"草稿已达 {options.Value.MaxDrafts} 份，请先发送或删除一些。", $"There are {options.Value.MaxDrafts} drafts already. Send or delete some first.");
        }

        var row = new DraftRow
        {
            Id = RandomNumberGenerator.GetHexString(2 * IdBytes, lowercase: true),
            Office = office.ToString(),
            Key = "",
            Fields = [],
            ChangedBy = "",
        };
        var fields = new Local.Draft { Office = office.ToString(), DocumentType = "08" };
        fill?.Invoke(row, fields);
        Stamp(row, fields, person);
        records.Drafts.Insert(row);
        return row;
    });

    /// <exception cref="RefusedException">The office has no such draft.</exception>
    public DraftRow Find(PartyId office, string id) => records.Drafts.FindById(id) is { } row && row.Office == office.ToString() ? row : throw NoDraft();

    public static Local.Draft FieldsOf(DraftRow row) => Local.Draft.Parser.ParseFrom(row.Fields);

    /// <summary>Newest first.</summary>
    /// <param name="after">The key of the last one seen; empty at the beginning.</param>
    public IReadOnlyList<DraftRow> Page(PartyId office, string after, int most)
    {
        var (first, last) = KeyRange.Of(office.ToString(), after);
        return [.. records.Drafts.Query().Where(BsonExpression.Create("$.Key BETWEEN @0 AND @1", first, last)).OrderBy("$.Key").Limit(most).ToEnumerable()];
    }

    public int Count(PartyId office) => records.Drafts.Count(Field.Is(nameof(DraftRow.Office), office.ToString()));

    /// <summary>Changes what is not frozen.</summary>
    /// <param name="version">The version that was shown to whoever changes it; null: whatever it is.</param>
    /// <exception cref="RefusedException">It is frozen, or somebody else saved it meanwhile.</exception>
    public DraftRow Change(PartyId office, string id, Actor person, int? version, Action<DraftRow, Local.Draft> change) => records.Write(() =>
    {
        var row = Find(office, id);
        RequireEditing(row);
        if (version is not null && version != row.Version)
        {
            throw new RefusedException(
                Refusal.WrongState, $"{row.ChangedBy}刚刚保存过这份草稿。请记下您的改动，刷新后再改。", $"{row.ChangedBy} has just saved this draft. Note your changes, load the page again, then repeat them.");
        }

        var fields = FieldsOf(row);
        change(row, fields);
        Stamp(row, fields, person);
        records.Drafts.Update(row);
        return row;
    });

    /// <summary>The draft as this change would leave it; nothing is kept.</summary>
    /// <exception cref="RefusedException">It is frozen.</exception>
    public DraftRow AsIf(PartyId office, string id, Action<Local.Draft> change)
    {
        var row = Find(office, id);
        RequireEditing(row);
        var fields = FieldsOf(row);
        change(fields);
        row.Fields = fields.ToByteArray();
        return row;
    }

    /// <summary>Names a file that is about to be uploaded; a new body takes the place of the old one.</summary>
    /// <returns>Its number in the draft.</returns>
    /// <exception cref="RefusedException">The name cannot be used, the site takes no such body, or there are too many or too large ones.</exception>
    public int AddFile(PartyId office, string id, Actor person, string name, long size, bool isBody)
    {
        _ = PackagePart.Body(name, () => Stream.Null);
        if (isBody)
        {
            options.Value.RequireBody(name);
        }

        var number = 0;
        var replaced = new List<int>();
        Change(office, id, person, null, (row, _) =>
        {
            replaced.AddRange(isBody ? row.Files.Where(file => file.IsBody).Select(file => file.Number) : []);
            row.Files.RemoveAll(file => isBody && file.IsBody);
            RequireRoom(row, size);
            number = row.Files.Select(file => file.Number).Concat(replaced).DefaultIfEmpty(0).Max() + 1;
            row.Files.Insert(isBody ? 0 : row.Files.Count, new DraftFileRow { Number = number, Name = name, Size = size, IsBody = isBody });
        });
        replaced.ForEach(file => shelf.Remove(id, file));
        shelf.Remove(id, number);
        return number;
    }

    /// <exception cref="RefusedException">There is no such file.</exception>
    public static DraftFileRow FileOf(DraftRow row, int number) =>
        row.Files.FirstOrDefault(file => file.Number == number) ?? throw new RefusedException(Refusal.NotFound, "草稿中没有该文件，可能已被删除。请刷新草稿，需要时重新上传。", "The draft has no such file; it may have been removed. Load the draft again, and upload the file anew if it is needed.");

    public void RemoveFile(PartyId office, string id, Actor person, int number)
    {
        Change(office, id, person, null, (row, _) => row.Files.RemoveAll(file => file.Number == number));
        shelf.Remove(id, number);
    }

    /// <summary>Throws a draft away, with its files and what was kept for it.</summary>
    public void Discard(PartyId office, string id)
    {
        records.Write(() =>
        {
            var row = Find(office, id);
            ReleaseNumber(row);
            records.Drafts.Delete(id);
        });
        shelf.Remove(id);
    }

    /// <summary>Inside a write: gives back the number and the identifier kept for it.</summary>
    public void ReleaseNumber(DraftRow row)
    {
        if (row is { Identifier: { } identifier, Document: { } made })
        {
            identifiers.Unreserve(identifier, Core.Documents.DocumentId.Parse(made));
        }

        if (row is { Reserved: { } number, Document: { } document })
        {
            numbers.Unreserve(number, Core.Documents.DocumentId.Parse(document));
        }
    }

    /// <summary>Inside a write: keeps fields, who changed it and when.</summary>
    public void Stamp(DraftRow row, Local.Draft fields, Actor person)
    {
        row.Fields = fields.ToByteArray();
        if (row.Fields.Length > MostFieldBytes)
        {
            throw new RefusedException(Refusal.TooLarge, "草稿内容过长。请缩短各项文字，较长的内容放入正文或附件。", "The fields of the draft are too long. Shorten them, and put long texts into the body or an attachment.");
        }

        row.Version++;
        row.ChangedBy = person.Name;
        row.ChangedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
        row.Key = KeyRange.Newest(row.Office, row.ChangedAt, row.Id);
    }

    public static void RequireEditing(DraftRow row)
    {
        if (row.Stage != DraftStage.Editing)
        {
            throw new RefusedException(Refusal.WrongState, "公文已定稿，不能修改；请先撤回定稿。", "The draft is frozen. Take it back before you change it.");
        }
    }

    private void RequireRoom(DraftRow row, long size)
    {
        var total = row.Files.Sum(file => file.Size) + size;
        if (size < 0 || total > options.Value.MaxSize || row.Files.Count >= options.Value.MaxFiles)
        {
            throw new RefusedException(
                Refusal.TooLarge,
                string.Create(CultureInfo.InvariantCulture, $"一份公文最多 {options.Value.MaxFiles} 个文件、共 {options.Value.MaxSize / 1048576} MiB。"),
                $"A document has at most {options.Value.MaxFiles} files and {options.Value.MaxSize} bytes.");
        }
    }

    private static RefusedException NoDraft() => new(Refusal.NotFound, "没有这份草稿，可能已发送或已删除。请到“发文”查看已发送的，或新建草稿。", "There is no such draft; it was sent or deleted. Look into the outbox, or begin a new draft.");
}
