"""A file as spreadsheets save it: read whole, or told line by line what is wrong with it."""

import pytest

from referrals.importing.columns import COLUMNS
from referrals.importing.reading import MOST_BYTES, MOST_ROWS, read
from tests.referrals.files import ROW, row, text_of

HEADER = "given_names,family_name,date_of_birth,offence,district,disposal"
LINE = "Sam,Lowe,01/02/1999,criminal_damage,erewash,community_resolution"


def problems(content):
    content = content if isinstance(content, bytes) else content.encode()
    return [str(problem) for problem in read(content).problems]


def rows(content):
    sheet = read(content if isinstance(content, bytes) else content.encode())
    assert not sheet.problems
    return sheet.rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_it_reads_what_excel_saves(encoding, delimiter):
    text = text_of(row(given_names="Zoë", place="“Bath Street”, Ilkeston; by the shop"), delimiter=delimiter)
    texts = rows(text.encode(encoding))[0].texts
    assert texts["given_names"] == "Zoë"
    assert texts["place"] == "“Bath Street”, Ilkeston; by the shop"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_line_is_a_line_of_the_file_though_a_cell_holds_several(ending):
    address = f'"Sam","Lowe",01/02/1999,"criminal{ending}_damage",erewash,community_resolution'
    found = rows(ending.join([HEADER, address, "", LINE, ""]))
    assert [row.line for row in found] == [2, 5]


def test_empty_lines_and_empty_columns_at_the_end_are_passed_over():
    found = rows(f"{HEADER},,\n\n,,,,,,\n{LINE},,\n")
    assert [row.line for row in found] == [4]
    assert len(found[0].texts) == 6


def test_names_of_columns_are_read_however_they_are_written():
    assert rows(f"{HEADER.replace('_', ' ').title()}\n{LINE}\n")[0].texts["given_names"] == "Sam"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Line 1: The file is empty."),
        (f"{HEADER}\n".encode(), "Line 1: There is no referral in the file"),
        (b"PK\x03\x04 and more", "Line 1: This is a workbook, not a CSV file."),
        (b"\xff\xfe\x00", "Line 1: The letters in the file cannot be read."),
        (b"given\x81", "Line 1: The letters in the file cannot be read."),
        (b"x" * (MOST_BYTES + 1), f"Line 1: The file has {MOST_BYTES + 1:,} bytes."),
        (
            f"{HEADER},ofence\n{LINE},x".encode(),
            "Line 1, column ofence: There is no column of this name. Did you mean offence",
        ),
        (f"{HEADER},colour\n{LINE},x".encode(), "Line 1, column colour: There is no column of this name. Take it out"),
        (f"{HEADER},offence\n{LINE},x".encode(), "Line 1, column offence: This column is there twice."),
        (f"{HEADER},,place\n{LINE},,x".encode(), "Line 1: Column 7 has no name."),
        (b"given_names\nSam", "Line 1, column family_name: This column is missing."),
        (f"{HEADER}\n{LINE},too,many".encode(), "Line 2: This line has 8 values, and the first line names 6 columns."),
        (f'{HEADER}\n"Sam,Lowe'.encode(), "Line 2: The quotation marks that begin in this line do not end."),
        (f'{HEADER}\n"Sam"x,Lowe'.encode(), "Line 2: The quotation marks that begin in this line do not end."),
        (f"{HEADER}\n{LINE}\nS\x00m{LINE[3:]}".encode(), "Line 3, column given_names: There is a character in it"),
        (f"{HEADER}\n=1+1{LINE[3:]}".encode(), "Line 2, column given_names: It begins as a formula does."),
        (f"{HEADER},phone\n{LINE},7.7009E+10".encode(), "Line 2, column phone: The spreadsheet shortened this number."),
    ],
)
def test_it_says_what_is_wrong_and_where(content, told):
    found = problems(content)
    assert any(problem.startswith(told) for problem in found), found


def test_every_fault_of_the_first_line_is_told_at_once():
    assert len(problems("given_names,given_names,colour\n")) == 2 + 5


def test_a_phone_number_with_a_country_is_no_formula():
    assert rows(f"{HEADER},phone\n{LINE},+44 7700 900123")[0].texts["phone"] == "+44 7700 900123"


def test_what_our_own_files_put_before_a_sign_is_taken_away():
    assert rows(f"{HEADER},phone\n{LINE},'+44 7700 900123")[0].texts["phone"] == "+44 7700 900123"


def test_a_file_may_be_only_so_long():
    found = problems("\n".join([HEADER, *[LINE] * (MOST_ROWS + 1)]))
    assert found == [
        f"Line {MOST_ROWS + 2}: A file may hold {MOST_ROWS} referrals. Put this line and all below it in another."
    ]


def test_the_rows_of_tests_name_columns_that_are_there():
    assert set(ROW) <= set(COLUMNS)


def test_a_first_line_of_countless_names_is_told_in_one_sentence():
    names = ",".join(f"person_name{number}" for number in range(40_000))
    [problem] = problems(f"{names}\n{LINE}\n")
    assert problem.startswith("Line 1: The first line names 40,000 columns.")
