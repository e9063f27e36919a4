"""The fixed words of letters, in both languages: a letter is set in the complainant's, not the reader's."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "id": MappingProxyType(
            {
                "title": "Tanda terima pengaduan",
                "basis": "UU 25/2009 tentang Pelayanan Publik, Pasal 44 ayat (1) dan (2)",
                "number": "Nomor pengaduan",
                "received": "Diterima",
                "how": "Melalui",
                "officer": "Pejabat penerima",
                "complainant": "Pelapor",
                "withheld": "tidak dicantumkan pada edisi ringkas ini",
                "files": "Jumlah berkas",
                "shortfall": "Uraian yang diterima",
                "promised": "Kewajiban kami kepada Anda",
                "duty": "Kewajiban",
                "due": "Paling lambat",
                "article": "Dasar",
                "state": "Keadaan",
                "running": "berjalan",
                "late": "LEWAT, belum dipenuhi",
                "met": "dipenuhi {on}",
                "met_late": "terlambat, {on}",
                "proof": "Bukti yang tidak dapat disangkal",
                "issued": "Ditandatangani",
                "log": "Catatan log",
                "sealed": "tersegel dalam log sejak {at}",
                "unsealed": "akan disegel paling lambat {at}",
                "key": "Kunci",
                "commitment": "Sidik isi (SHA-256)",
                "verify": (
                    "Dokumen bertanda tangan elektronik tertanam dalam PDF ini sebagai receipt.json. "
                    "Siapa pun dapat memeriksanya di {url} atau tanpa internet dengan kunci yang diumumkan "
                    "di sana. Mengubah satu huruf atau memundurkan tanggal akan terlihat."
                ),
                "follow": "Ikuti di",
                "code_note": "Kode lacak tidak dicetak di sini. Jangan tuliskan kode pada lembar ini.",
                "ombudsman": (
                    "Lembar ini bukti bahwa Anda sudah mengadu. Jika kewajiban di atas tidak dipenuhi, "
                    "tunjukkan kepada atasan satuan atau Ombudsman Republik Indonesia (telepon 137)."
                ),
                "printed": "Dicetak {at}",
                "qr_alt": "Kode QR menuju halaman status",
                "page": "halaman",
                "proof_title": "Bukti pengaduan",
                "void": "berakhir {on}",
                "as_of": "Keadaan pada {at}",
                "standing": "Keadaan pengaduan",
                "unanswered": "Kewajiban yang lewat dan belum dipenuhi: {count}",
                "unanswered_none": "Tidak ada kewajiban yang lewat tanpa dipenuhi.",
                "all_duties": "Semua kewajiban satuan",
                "letters": "Surat kepada pelapor",
                "letter": "Surat",
                "letter_number": "Nomor",
                "sent": "Dikirim",
                "letter_received": "Diterima",
                "receipt_unknown": "tidak diketahui",
                "no_letters": "Belum ada surat.",
                "made": "Dibuat dan ditandatangani",
                "statement_verify": (
                    "Halaman ini disusun dari register satuan pada saat di atas dan ditandatangani "
                    "elektronik; dokumennya tertanam sebagai statement.json dan dapat diperiksa di {url}. "
                    "Catatan log membuktikan tindakannya sendiri. Cetak lagi kapan saja dari halaman "
                    "status."
                ),
            }
        ),
        "en": MappingProxyType(
            {
                "title": "Receipt of your complaint",
                "basis": "Public Services Act (UU 25/2009), Article 44(1) and (2)",
                "number": "Complaint number",
                "received": "Received",
                "how": "Through",
                "officer": "Receiving officer",
                "complainant": "Complainant",
                "withheld": "not shown in this short edition",
                "files": "Number of files",
                "shortfall": "What was received",
                "promised": "What we owe you",
                "duty": "Duty",
                "due": "At the latest",
                "article": "Basis",
                "state": "State",
                "running": "running",
                "late": "PASSED, not done",
                "met": "done {on}",
                "met_late": "late, {on}",
                "proof": "Proof that can’t be denied",
                "issued": "Signed",
                "log": "Log entry",
                "sealed": "sealed in the log since {at}",
                "unsealed": "to be sealed by {at}",
                "key": "Key",
                "commitment": "Fingerprint (SHA-256)",
                "verify": (
                    "The electronically signed document is embedded in this PDF as receipt.json. Anyone "
                    "can check it at {url}, or offline with the keys published there. Changing a letter or "
                    "moving the date back would show."
                ),
                "follow": "Follow it at",
                "code_note": "The tracking code is not printed here. Don’t write it on this sheet.",
                "ombudsman": (
                    "This sheet proves that you complained. If a duty above is not met, show it to the "
                    "station’s superiors or to the Ombudsman of the Republic of Indonesia (telephone 137)."
                ),
                "printed": "Printed {at}",
                "qr_alt": "QR code to the status page",
                "page": "page",
                "proof_title": "Proof of complaint",
                "void": "ended {on}",
                "as_of": "As it stood on {at}",
                "standing": "State of the complaint",
                "unanswered": "Duties that passed undone: {count}",
                "unanswered_none": "No duty has passed undone.",
                "all_duties": "Every duty of the station",
                "letters": "Letters to the complainant",
                "letter": "Letter",
                "letter_number": "Number",
                "sent": "Sent",
                "letter_received": "Received",
                "receipt_unknown": "not known",
                "no_letters": "No letters yet.",
                "made": "Made and signed",
                "statement_verify": (
                    "This page was made from the station’s register at the instant above and signed "
                    "electronically; the document is embedded as statement.json and can be checked at "
                    "{url}. The log proves the acts themselves. Print it again at any time from the "
                    "status page."
                ),
            }
        ),
    }
)
