using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Demo;

/// <summary>The people who act in the demonstration, one clerk an office, always the same.</summary>
internal static class SamplePeople
{
    private const string Surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗";
    private static readonly string[] GivenNames = ["建国", "秀英", "志强", "丽华", "晓明", "桂兰", "海涛", "雪梅", "国庆", "文静", "立新"];

    public static Person Dispatcher { get; } = new() { Id = "dispatcher-1", Name = "赵敏", Role = "dispatcher" };

    public static Person ClerkOf(SampleOffice office, int position) => new()
    {
        Id = $"clerk-{office.Id}",
        Name = NameOf(position),
        Role = "clerk",
    };

    public static string NameOf(int position) => $"{Surnames[position % Surnames.Length]}{GivenNames[position % GivenNames.Length]}";
}
