namespace DocExchange.Trust.Faults;

/// <summary>A text is not what it should be; said in both languages.</summary>
public sealed class WordedFormatException(string chinese, string english, Exception? cause = null) : FormatException(english, cause), IWorded
{
    public string Chinese { get; } = chinese;
}
