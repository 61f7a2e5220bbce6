namespace DocExchange.Pages.Accounts;

/// <summary>A role of a person in one office, for a time.</summary>
/// <param name="Office">Local id of the office; empty: every office of this node, or the hub itself.</param>
/// <param name="Role">One of <see cref="Core.Statements.Roles"/>.</param>
/// <param name="From">In force from then on; null: from the beginning.</param>
/// <param name="Until">Not in force any more from then on; null: without end.</param>
/// <param name="ActsFor">Id of the account whose work it is, where it is delegated (甲代乙); null otherwise.</param>
public sealed record Grant(string Office, string Role, DateTimeOffset? From = null, DateTimeOffset? Until = null, string? ActsFor = null)
{
    public bool IsInForce(DateTimeOffset now) => (From is null || From <= now) && (Until is null || now < Until);

    public bool Covers(string office) => Office.Length == 0 || Office == office;
}
