using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.OaApi;
using DocExchange.Pages.Accounts;
using DocExchange.Pages.Auditing;
using DocExchange.Pages.SigningIn;
using Grpc.Core;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.DeskPages.People;

/// <summary>The people of a desk and its tokens at the socket, for administrators who have signed in: the acts of the pages, under the same rules.</summary>
internal sealed class StaffService(
    SocketCaller caller, OfficeStaff staff, AccountBook book, Registry registry, OpenWork work, TokenBook tokens, Journal journal, Visitor visitor, TimeProvider clock) : Local.Staff.StaffBase
{
    [Allowed(Roles.OfficeAdministrator, Roles.System)]
    public override Task<Local.ListStaffReply> ListStaff(Local.ListStaffRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        return Task.FromResult(new Local.ListStaffReply { Members = { staff.Of(office.Local).Select(account => ToWire(account, office.Local)) }, Grantable = { staff.Grantable(office.Local) } });
    }

    [Allowed(Roles.OfficeAdministrator, Roles.System)]
    public override Task<Local.OpenAccountReply> OpenAccount(Local.OpenAccountRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        var (account, password) = staff.Open(office.Local, request.Account, request.Name, request.Roles);
        return Task.FromResult(new Local.OpenAccountReply { Member = ToWire(account, office.Local), OneTimePassword = password });
    }

    [Allowed(Roles.OfficeAdministrator, Roles.System)]
    public override Task<Local.StaffMember> GrantRoles(Local.GrantRolesRequest request, ServerCallContext context) =>
        ChangeAsync(request.Office, request.Account, office => staff.Grant(office, request.Account, request.Roles));

    [Allowed(Right.KeepDesk)]
    public override Task<Local.StaffMember> Delegate(Local.DelegateRequest request, ServerCallContext context) => ChangeAsync(
        request.Office,
        request.Account,
        office => staff.Delegate(office, request.Principal, request.Account, Delegations.Day(request.From, 0, clock), Delegations.Day(request.Until, 1, clock)));

    [Allowed(Right.KeepDesk)]
    public override Task<Local.StaffMember> EndDelegation(Local.EndDelegationRequest request, ServerCallContext context) =>
        ChangeAsync(request.Office, request.Account, office => staff.EndDelegation(office, request.Principal, request.Account));

    [Allowed(Roles.OfficeAdministrator, Roles.System)]
    public override Task<Local.ResetPasswordReply> ResetPassword(Local.AccountRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        _ = Member(office.Local, request.Account);
        return Task.FromResult(new Local.ResetPasswordReply { OneTimePassword = staff.Reset(office.Local, request.Account) });
    }

    [Allowed(Roles.OfficeAdministrator, Roles.System)]
    public override Task<Local.StaffMember> UnbindCertificate(Local.AccountRequest request, ServerCallContext context) =>
        ChangeAsync(request.Office, request.Account, office => staff.UnbindCertificate(office, request.Account));

    [Allowed(Roles.OfficeAdministrator, Roles.System)]
    public override Task<Local.StaffMember> EndAccount(Local.AccountRequest request, ServerCallContext context) =>
        ChangeAsync(request.Office, request.Account, office => staff.End(office, request.Account));

    [Allowed(Right.KeepDesk)]
    public override Task<Local.ListHandoverReply> ListHandover(Local.AccountRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        var account = Member(office.Local, request.Account);
        var roles = account.Grants.Where(grant => grant.Covers(office.Local)).Select(grant => grant.Role).Distinct().ToList();
        var items = work.Of(office, account.Id, roles);
        return Task.FromResult(new Local.ListHandoverReply { Name = account.Name, Roles = { roles }, Items = { items.Select(ToWire) }, IsCut = items.Count >= OpenWork.Most });
    }

    [ForEverybody]
    public override Task<Local.ChangePasswordReply> ChangePassword(Local.ChangePasswordRequest request, ServerCallContext context)
    {
        var old = BasicSignIn.PasswordOf(context.GetHttpContext());
        journal.Record("ChangePassword", new Dictionary<string, string>(), () => registry.ChangePassword(visitor.Account!.Id, old, request.NewPassword));
        return Task.FromResult(new Local.ChangePasswordReply());
    }

    [Allowed(Right.KeepDesk)]
    public override Task<Local.ListTokensReply> ListTokens(Local.ListTokensRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        return Task.FromResult(new Local.ListTokensReply { Tokens = { tokens.Of(office).Select(ToWire) } });
    }

    [Allowed(Right.KeepDesk)]
    public override Task<Local.MakeTokenReply> MakeToken(Local.MakeTokenRequest request, ServerCallContext context)
    {
        var (office, by) = caller.At(request.Office);
        var days = request.Days == 0 ? TokenBook.DefaultDays : (int)Math.Min(request.Days, int.MaxValue);
        var what = new Dictionary<string, string> { ["office"] = office.Local, ["application"] = request.Application, ["roles"] = string.Join(' ', request.Roles) };
        var (made, text) = journal.Record("MakeToken", what, () => tokens.Make(office, request.Application, request.Roles, days, by), TokenBook.Outcome);
        return Task.FromResult(new Local.MakeTokenReply { Made = ToWire(made), Token = text });
    }

    [Allowed(Right.KeepDesk)]
    public override Task<Local.EndTokenReply> EndToken(Local.EndTokenRequest request, ServerCallContext context)
    {
        var (office, by) = caller.At(request.Office);
        journal.Record("EndToken", new Dictionary<string, string> { ["office"] = office.Local, ["token"] = request.Id }, () => tokens.End(office, request.Id, by));
        return Task.FromResult(new Local.EndTokenReply());
    }

    private Task<Local.StaffMember> ChangeAsync(string named, string account, Action<string> change)
    {
        var (office, _) = caller.At(named);
        _ = Member(office.Local, account);
        change(office.Local);
        return Task.FromResult(ToWire(book.Find(account)!, office.Local));
    }

    private Account Member(string office, string id) => staff.Of(office).FirstOrDefault(account => account.Id == id)
        ?? throw new RefusedException(Refusal.NotFound, "本单位没有这个用户。请从“人员”列表选取。", "The office has no such account. Choose one of its people.");

    private Local.StaffMember ToWire(Account account, string office) => new()
    {
        Account = account.Id,
        Name = account.Name,
        Roles = { account.Grants.Where(grant => grant.Covers(office) && grant.ActsFor is null).Select(grant => grant.Role) },
        Delegations =
        {
            account.Grants.Where(grant => grant.Office == office && grant.ActsFor is not null && !(grant.Until <= clock.GetUtcNow())).GroupBy(grant => (grant.ActsFor, grant.From, grant.Until)).Select(grants => new Local.Delegation
            {
                Principal = grants.Key.ActsFor,
                PrincipalName = book.Find(grants.Key.ActsFor!)?.Name ?? grants.Key.ActsFor,
                Roles = { grants.Select(grant => grant.Role) },
                From = Delegations.FirstDay(grants.First(), clock),
                Until = Delegations.LastDay(grants.First(), clock),
            }),
        },
        State = account.IsEnded ? "Ended" : account.IsLocked(clock.GetUtcNow()) ? "Locked" : account.MustChangePassword ? "FirstPassword" : "InForce",
        LastSignInAt = Listing.Time(account.LastSignInAt),
        HasCertificate = account.Certificate is not null,
        MayKeep = staff.MayKeep(account),
    };

    private static Local.HandoverItem ToWire(OpenItem item) => new()
    {
        IsReceived = item.IsReceived,
        Number = item.Document.Number,
        Title = item.Document.Title,
        DocumentId = item.Document.DocumentId,
        State = item.State.ToString(),
        SignBy = Listing.Time(item.SignBy),
        LastAct = item.LastAct?.Act ?? "",
        LastPerson = item.LastAct?.Name ?? "",
        IsOwn = item.IsOwn,
    };

    private Local.OaToken ToWire(TokenRow token) => new()
    {
        Id = token.Id,
        Application = token.Application,
        Roles = { token.Roles },
        MadeBy = token.MadeBy,
        Until = Listing.Time(DateTimeOffset.FromUnixTimeMilliseconds(token.Until)),
        UsedAt = token.UsedAt is { } used ? Listing.Time(DateTimeOffset.FromUnixTimeMilliseconds(used)) : "",
        State = token.EndedAt is not null ? "Ended" : token.IsInForce(clock.GetUtcNow()) ? "InForce" : "OutOfDate",
    };
}
