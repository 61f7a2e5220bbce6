using System.Text.RegularExpressions;
using DocExchange.Core.Refusals;

namespace DocExchange.Pages.Accounts;

/// <summary>One person who signs in here. An account is never deleted, only ended: its id stands in signed statements.</summary>
public sealed partial record Account
{
    public const int MaxName = 100;

    /// <summary>What is typed at sign-in and goes into statements: 2 to 40 of lower-case letters, digits, dot, hyphen, underscore.</summary>
    public required string Id { get; init; }

    /// <summary>The person's name as it goes into statements, at most 100 characters.</summary>
    public required string Name { get; init; }

    public required string PasswordHash { get; init; }

    /// <summary>The password was given by somebody else: nothing but changing it is possible.</summary>
    public bool MustChangePassword { get; init; }

    public int FailedAttempts { get; init; }

    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>What the person may sign in with beside the password; null: by password only.</summary>
    public PersonalCertificate? Certificate { get; init; }

    /// <summary>Changes with whatever ends sign-ins elsewhere: password, certificate, end of the account.</summary>
    public required string Stamp { get; init; }

    public bool IsEnded { get; init; }

    public IReadOnlyList<Grant> Grants { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastSignInAt { get; init; }

    public IEnumerable<Grant> GrantsInForce(DateTimeOffset now) => Grants.Where(grant => grant.IsInForce(now));

    public bool IsLocked(DateTimeOffset now) => LockedUntil > now;

    /// <exception cref="RefusedException">It has not the form of an id.</exception>
    public static string IdOf(string text) => IdForm().IsMatch(text = text.Trim().ToLowerInvariant())
        ? text
        : throw new RefusedException(
            Refusal.FormatFailure,
            "用户名为 2 至 40 个字符：小写字母、数字、点、连字符、下划线。",
            "A user name has 2 to 40 characters: lower-case letters, digits, dot, hyphen, underscore.");

    /// <exception cref="RefusedException">It is empty or too long.</exception>
    public static string NameOf(string text) => text.Trim() is { Length: > 0 and <= MaxName } name && !name.Any(char.IsControl)
        ? name
        : throw new RefusedException(Refusal.FormatFailure, $"请填写姓名（不超过 {MaxName} 个字符）。", $"Give the name, at most {MaxName} characters.");

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{1,39}$", RegexOptions.CultureInvariant)]
    private static partial Regex IdForm();
}
