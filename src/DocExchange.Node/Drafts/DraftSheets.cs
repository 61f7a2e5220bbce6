using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Node.Desk;
using DocExchange.Node.Keys;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using Google.Protobuf;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Drafts;

/// <summary>Drafts on the wire: what the pages show of them.</summary>
internal sealed class DraftSheets(DraftChecks checks, DraftShelf shelf, KeyRing keys)
{
    public static Local.DraftLine LineOf(DraftRow row)
    {
        var fields = DraftBook.FieldsOf(row);
        var line = new Local.DraftLine
        {
            Draft = row.Id,
            Office = row.Office,
            Title = fields.Title,
            Number = fields.Number,
            DocumentType = fields.DocumentType,
            Urgency = fields.Urgency,
            Stage = row.Stage == DraftStage.Editing ? "Editing" : Sealing.IsComplete(row) ? "Ready" : "Sealing",
            ChangedBy = row.ChangedBy,
            ChangedAt = Time(row.ChangedAt),
            SentBack = row.SentBack,
            Replaces = fields.Replaces,
        };
        if (row.Stage == DraftStage.Frozen)
        {
            (line.DocumentId, line.AskedBy, line.AskedAt) = (row.Document, row.AskedBy, Time(row.AskedAt));
            line.WaitingFor.AddRange(row.Steps.Where(step => !step.IsDone).Select(StepOf));
        }

        return line;
    }

    /// <summary>For the office whose draft it is.</summary>
    public Local.DraftSheet Of(DraftRow row)
    {
        var (sheet, view) = (Begin(row), checks.Look(row));
        sheet.ReplaceReason = row.ReplaceReason;
        sheet.Files.AddRange(row.Files.Select(file => new Local.DraftFile
        {
            Number = (uint)file.Number,
            Name = file.Name,
            Size = (ulong)file.Size,
            Received = (ulong)shelf.Received(row.Id, file.Number),
            IsBody = file.IsBody,
        }));
        sheet.Remarks.AddRange(view.Notes.OrderByDescending(note => note.IsInTheWay).Select(note => new Local.DraftRemark { Field = note.Field, IsInTheWay = note.IsInTheWay, Chinese = note.Chinese, English = note.English }));
        sheet.Series = view.Series is { } series ? SeriesOf(series) : null;
        (sheet.Main, sheet.Copies) = ((uint)(view.Destination?.Recipients.Main.Count ?? 0), (uint)(view.Destination?.Recipients.Copies.Count ?? 0));
        sheet.NotEnrolled.AddRange(view.NotEnrolled.Select(office => office.ToString()));
        sheet.RecipientsMark = view.RecipientsMark;
        return sheet;
    }

    /// <summary>For an issuer that is asked: what it would sign and seal, and with which seal.</summary>
    public Local.DraftSheet Of(DraftRow row, PartyId issuer)
    {
        var sheet = Begin(row);
        sheet.Seal = Sealing.StepOf(row, issuer) is { NeedsSeal: true } && keys.HasSeal(issuer) ? $"{keys.SealOf(issuer).Seal.Name}（{keys.SealOf(issuer).Seal.EsId}）" : "";
        return sheet;
    }

    /// <summary>A deadline that has passed, for whoever keeps the seal.</summary>
    public static Local.DraftRemark RemarkOf(RuleFinding passed) => new() { Field = DraftChecks.FieldOf(passed), Chinese = passed.Chinese, English = passed.English };

    public static Local.NumberSeriesReply SeriesOf(NumberSeries series) => new()
    {
        Series = series.Series,
        Next = (uint)series.Next,
        NextNumber = $"{series.Series}{series.Next}号",
        Gaps = { series.Gaps.Select(gap => (uint)gap) },
        GapCount = (uint)series.GapCount,
        Reserved = { series.Reserved.Select(number => (uint)number) },
    };

    private static Local.DraftSheet Begin(DraftRow row) => new()
    {
        Line = LineOf(row),
        Version = (uint)row.Version,
        Fields = DraftBook.FieldsOf(row),
        IsForeign = row.IsForeign,
        Parts = { row.Parts.Select(part => new Local.PartInfo { Path = part.Path, MediaType = part.MediaType, Size = (ulong)part.Size, Sha256 = ByteString.CopyFrom(Convert.FromHexString(part.Sha256)) }) },
        Steps = { row.Steps.Select(StepOf) },
    };

    private static Local.SealStep StepOf(SealStepRow step) => new()
    {
        Office = step.Office,
        Name = step.Name,
        NeedsSeal = step.NeedsSeal,
        IsHere = step.IsHere,
        IsDone = step.IsDone,
        // Kept as id and name.
        Approvals = { step.Approvals.Select(person => person[(person.IndexOf(' ') + 1)..]) },
    };

    private static string Time(long milliseconds) => Listing.Time(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
