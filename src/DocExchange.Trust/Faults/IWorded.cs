namespace DocExchange.Trust.Faults;

/// <summary>A fault that says in Chinese what is wrong, beside its English message.</summary>
public interface IWorded
{
    /// <summary>Whole sentences.</summary>
    string Chinese { get; }
}
