using System.Globalization;
using DocExchange.Core.Offices;
using DocExchange.Node.DeskPages.Outbox;
using DocExchange.Node.Drafts;
using DocExchange.Node.Records;
using Microsoft.AspNetCore.Components;
using Wire = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.DeskPages.Drafts;

/// <summary>The form of a draft: what is typed is kept, right or wrong, and what is wrong is said beside it.</summary>
public abstract class DraftFormBase : SendingPage
{
    private const int MostChoices = 300;

    [Parameter]
    public string Id { get; set; } = "";

    [Inject]
    private DraftBook Drafts { get; set; } = null!;

    [Inject]
    private DraftChecks Checks { get; set; } = null!;

    [Inject]
    private Freezing Freezing { get; set; } = null!;

    private protected DraftRow Row { get; private set; } = null!;

    private protected Wire.Draft Fields { get; private set; } = null!;

    private protected DraftView View { get; private set; } = null!;

    private protected PartyId Host => Fields.Issuers.Count > 0 ? PartyId.Parse(Fields.Issuers[0], Here.Exchange) : Here;

    /// <summary>The offices this one may dispatch for, itself among them.</summary>
    private protected IReadOnlyList<Office> Hosts => [.. Offices!.Offices.Where(office => Offices.MayActFor(Here, office.Id, Clock.GetUtcNow()))];

    private protected bool HasManyOffices => Offices!.Offices.Count > MostChoices;

    /// <summary>Who may be a further issuer: all, or where they are too many for a page those chosen and those searched for.</summary>
    private protected IEnumerable<Office> JointChoices
    {
        get
        {
            var others = Offices!.Offices.Where(office => office.Id != Host);
            var sought = Typed("joint-find").Trim();
            return HasManyOffices
                ? others.Where(office => IsJoint(office.Id) || (sought.Length > 0 && (office.Name.Contains(sought, StringComparison.OrdinalIgnoreCase) || office.ShortName.Contains(sought, StringComparison.OrdinalIgnoreCase))))
                    .OrderByDescending(office => IsJoint(office.Id)).Take(MostChoices)
                : others;
        }
    }

    private protected IEnumerable<string> Codes => Hosts.OrderByDescending(office => office.Id == Host).SelectMany(office => office.AgencyCodes).Append(Fields.AgencyCode).Where(code => code.Length > 0).Distinct();

    protected override void OnInitialized()
    {
        Show(Drafts.Find(Here, Id));
        if (Row.Stage != DraftStage.Editing)
        {
            Leave($"/o/{Office}/drafts/{Id}/frozen");
        }
    }

    private protected bool IsJoint(PartyId office) => Fields.Issuers.Skip(1).Any(issuer => PartyId.Parse(issuer, Here.Exchange) == office);

    private protected async Task SaveAsync()
    {
        var isSaved = await TryAsync(() =>
        {
            Show(Drafts.Change(Here, Id, Dispatcher, int.TryParse(Typed("version"), CultureInfo.InvariantCulture, out var version) ? version : null, (_, fields) => Read(fields)));
            return Task.CompletedTask;
        });
        if (!isSaved)
        {
            // What was typed stays on the page.
            Read(Fields);
            return;
        }

        switch (Typed("act"))
        {
            case "recipients":
                Leave($"/o/{Office}/drafts/{Id}/recipients");
                break;
            case "freeze":
                await FreezeAsync();
                break;
            case "save":
                Leave($"/o/{Office}/drafts/{Id}", T("draft.saved-now"));
                break;
        }
    }

    private protected Task DiscardAsync() => TryAsync(() =>
    {
        Drafts.Discard(Here, Id);
        Leave($"/o/{Office}/drafts", T("draft.discarded"));
        return Task.CompletedTask;
    });

    private protected string Local(string time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out var moment) ? TimeZoneInfo.ConvertTime(moment, Clock.LocalTimeZone).ToString(DraftFields.WallClock, CultureInfo.InvariantCulture) : "";

    private Task FreezeAsync() => TryAsync(async () =>
    {
        View.RequireNothingInTheWay();
        Show(await Freezing.FreezeAsync(Here, Id, Dispatcher, Http.RequestAborted));
        Leave($"/o/{Office}/drafts/{Id}/frozen", T(Sealing.IsComplete(Row) ? "draft.frozen" : "draft.asked"));
    });

    private void Show(DraftRow row)
    {
        (Row, Fields) = (row, DraftBook.FieldsOf(row));
        View = Checks.Look(row);
    }

    private void Read(Wire.Draft fields)
    {
        (fields.Title, fields.DocumentType, fields.Urgency, fields.IssuedOn) = (Typed("title"), Typed("type"), Typed("urgency"), Typed("issued"));
        (fields.AgencyCode, fields.Number, fields.Signer) = (Typed("code"), Typed("number"), Typed("signer"));
        (fields.WithoutSeal, fields.SealInBody) = (Typed("seal") == "none", Typed("seal") == "body");
        (fields.SignBy, fields.ReplyBy) = (Typed("sign-by"), Typed("reply-by"));
        fields.CopiesPrinted = uint.TryParse(Typed("copies"), CultureInfo.InvariantCulture, out var copies) ? copies : 0;
        fields.PhysicalAttachments.Clear();
        fields.PhysicalAttachments.AddRange(Lines("physical"));
        fields.Elements = ElementsTyped();
        fields.Issuers.Clear();
        fields.Issuers.AddRange(TypedAll("joint").Where(office => office != Typed("host")).Prepend(Typed("host")));
        DraftFields.Tidy(fields, Here, Clock);
    }

    private Wire.DraftElements ElementsTyped()
    {
        return new Wire.DraftElements
        {
            Identifier = Typed("identifier").Trim(),
            CopyNumber = Typed("copy-number").Trim(),
            Masthead = Typed("masthead").Trim(),
            PrintedNumber = Typed("printed-number").Trim(),
            LeaderSignature = Typed("leader").Trim(),
            Notes = string.Join(' ', Lines("notes")),
            PrintedBy = Typed("printed-by").Trim(),
            PrintedOn = Typed("printed-on").Trim(),
            ReleaseLevel = Typed("release-level").Trim(),
            Publicity = Typed("publicity"),
            RepliesTo = { Lines("replies-to") },
            Forwards = { Lines("forwards") },
        };
    }

    private string[] Lines(string field) => Typed(field).Split(['\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
