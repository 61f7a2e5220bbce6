namespace DocExchange.Pages.Accounts;

/// <summary>An account as LiteDB keeps it; times as milliseconds since 1970, UTC.</summary>
internal sealed class AccountRow
{
    public required string Id { get; set; }

    public required string Name { get; set; }

    public required string Hash { get; set; }

    public bool MustChange { get; set; }

    public int Failed { get; set; }

    public long? LockedUntil { get; set; }

    public string? Certificate { get; set; }

    public string? CertificateSubject { get; set; }

    public long? CertificateUntil { get; set; }

    public required string Stamp { get; set; }

    public bool IsEnded { get; set; }

    public List<GrantRow> Grants { get; set; } = [];

    public long CreatedAt { get; set; }

    public long? LastSignInAt { get; set; }

    public static AccountRow Of(Account account) => new()
    {
        Id = account.Id,
        Name = account.Name,
        Hash = account.PasswordHash,
        MustChange = account.MustChangePassword,
        Failed = account.FailedAttempts,
        LockedUntil = Milliseconds(account.LockedUntil),
        Certificate = account.Certificate?.Sha256,
        CertificateSubject = account.Certificate?.Subject,
        CertificateUntil = Milliseconds(account.Certificate?.Until),
        Stamp = account.Stamp,
        IsEnded = account.IsEnded,
        Grants = [.. account.Grants.Select(grant => new GrantRow
        {
            Office = grant.Office,
            Role = grant.Role,
            From = Milliseconds(grant.From),
            Until = Milliseconds(grant.Until),
            ActsFor = grant.ActsFor,
        })],
        CreatedAt = account.CreatedAt.ToUnixTimeMilliseconds(),
        LastSignInAt = Milliseconds(account.LastSignInAt),
    };

    public Account ToAccount() => new()
    {
        Id = Id,
        Name = Name,
        PasswordHash = Hash,
        MustChangePassword = MustChange,
        FailedAttempts = Failed,
        LockedUntil = Time(LockedUntil),
        Certificate = Certificate is null ? null : new PersonalCertificate(Certificate, CertificateSubject ?? "", Time(CertificateUntil) ?? DateTimeOffset.MaxValue),
        Stamp = Stamp,
        IsEnded = IsEnded,
        Grants = [.. Grants.Select(row => new Grant(row.Office, row.Role, Time(row.From), Time(row.Until), row.ActsFor))],
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        LastSignInAt = Time(LastSignInAt),
    };

    private static long? Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}

internal sealed class GrantRow
{
    public required string Office { get; set; }

    public required string Role { get; set; }

    public long? From { get; set; }

    public long? Until { get; set; }

    public string? ActsFor { get; set; }
}
