namespace DocExchange.Trust.Faults;

/// <summary>What was given does not fit together; said in both languages.</summary>
public sealed class WordedArgumentException(string chinese, string english) : ArgumentException(english), IWorded
{
    public string Chinese { get; } = chinese;
}
