using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
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
    private const string WallClock = "yyyy-MM-dd'T'HH:mm";

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
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out var moment) ? TimeZoneInfo.ConvertTime(moment, Clock.LocalTimeZone).ToString(WallClock, CultureInfo.InvariantCulture) : "";

    private async Task FreezeAsync()
    {
        if (View.Notes.Where(note => note.IsInTheWay).Select(note => Language.Say(note.Chinese, note.English)).Distinct().ToList() is { Count: > 0 } reasons)
        {
            await TryAsync(() => throw new RefusedException(Refusal.WrongState, "定稿前请先处理：" + string.Join(" ", reasons), "Before it can be frozen: " + string.Join(" ", reasons)));
            return;
        }

        await TryAsync(async () =>
        {
            Show(await Freezing.FreezeAsync(Here, Id, Dispatcher, Http.RequestAborted));
            Leave($"/o/{Office}/drafts/{Id}/frozen", T(Sealing.IsComplete(Row) ? "draft.frozen" : "draft.asked"));
        });
    }

    private void Show(DraftRow row)
    {
        (Row, Fields) = (row, DraftBook.FieldsOf(row));
        View = Checks.Look(row);
    }

    private void Read(Wire.Draft fields)
    {
        // A title is one line, however it was pasted.
        fields.Title = string.Join(' ', Typed("title").Split(['\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Trim();
        (fields.DocumentType, fields.Urgency, fields.IssuedOn) = (Typed("type"), Typed("urgency"), Typed("issued"));
        (fields.AgencyCode, fields.Number, fields.Signer) = (Typed("code"), DocumentNumber.TryParse(Typed("number"), out var number) ? number.ToString() : Typed("number").Trim(), Typed("signer").Trim());
        (fields.WithoutSeal, fields.SealInBody) = (Typed("seal") == "none", Typed("seal") == "body");
        (fields.SignBy, fields.ReplyBy) = (Moment(Typed("sign-by")), Moment(Typed("reply-by")));
        fields.CopiesPrinted = uint.TryParse(Typed("copies"), CultureInfo.InvariantCulture, out var copies) ? copies : 0;
        fields.PhysicalAttachments.Clear();
        fields.PhysicalAttachments.AddRange(Lines("physical"));
        fields.Elements = ElementsTyped();
        fields.Issuers.Clear();
        fields.Issuers.AddRange(TypedAll("joint").Where(office => office != Typed("host")).Prepend(Typed("host")).Where(office => office.Length > 0).Select(office => PartyId.Parse(office, Here.Exchange).ToString()));
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

    // As wall clocks here show it; kept with its offset.
    private string Moment(string typed) =>
        DateTime.TryParseExact(typed, [WallClock, WallClock + "':'ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? new DateTimeOffset(time, Clock.LocalTimeZone.GetUtcOffset(time)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)
            : typed.Trim();
}
